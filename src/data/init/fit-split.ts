import type { SplitConfig } from "../../config/split.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { makeSplit, type SplitSource } from "../split/split.js";
import { refuseAbsentClasses } from "../target/class-parts.js";
import type { Reasoned, Shares } from "./draft.js";

/** Validation rows that a training needs for its atoms. */
const fewestValidation = 30;
const usual: Shares = { train: 0.7, validation: 0.1 };
const tried: readonly Shares[] = [
  usual,
  { train: 0.6, validation: 0.2 },
  { train: 0.5, validation: 0.3 },
  { train: 0.4, validation: 0.4 },
];

/**
 * Shares of a split whose validation part is large enough to train with and whose parts hold every class, or why there are none.
 * @param seed of the run
 * @returns undefined where the usual shares are
 */
export function fitSplit(
  dataset: SplitSource,
  split: SplitConfig,
  seed: number,
): { readonly shares?: Reasoned<Shares>; readonly remark?: string } | undefined {
  const parts = tried.map((shares) => validationRows(dataset, { ...split, ...shares, test: 0.2 }, seed));
  const does = ({ rows, lacks }: Validation) => rows >= fewestValidation && lacks === undefined;
  const [first] = parts;
  if (does(first)) return undefined;
  const found = split.by === "column" ? -1 : parts.findIndex(does);
  if (found < 0) {
    const { lacks } = parts.find(({ rows }) => rows >= fewestValidation) ?? first;
    const leave =
      lacks === undefined
        ? `a training needs ${fewestValidation} validation rows at least, and these ${dataset.rows} rows leave fewer`
        : `a training needs every class in every part: ${lacks.replace(/^data\.target: /, "").replace(/\. .*$/, "")}`;
    return {
      remark: `${leave}: pidreg train will refuse them; pidreg decompose reads them, or set data.split yourself`,
    };
  }
  const why =
    first.lacks === undefined
      ? `the usual tenth of the rows gives ${first.rows} validation rows, and a training needs ${fewestValidation}`
      : "with the usual tenth of the rows for validation a part lacks a class";
  const given = `${100 * tried[found].validation} % gives ${parts[found].rows}`;
  return {
    shares: { value: tried[found], why: `${why}: ${given}${first.lacks === undefined ? "" : " rows, of every class"}` },
  };
}

/** The validation part of a split. */
interface Validation {
  /** 0 where the rows cannot be dealt out. */
  readonly rows: number;
  /** Why its classes do not do. */
  readonly lacks?: string;
}

function validationRows(dataset: SplitSource, config: SplitConfig, seed: number): Validation {
  let rows = 0;
  try {
    const split = makeSplit(dataset, config, new Rng(seed));
    rows = split.validation.length;
    refuseAbsentClasses(dataset.targets, split);
    return { rows };
  } catch (error) {
    // Too few rows or groups for three parts, or of a class: training says so with the same words.
    if (error instanceof InputError) return rows === 0 ? { rows } : { rows, lacks: error.message.split("\n")[0] };
    throw error;
  }
}
