import { lacksInformation } from "../pid/estimate/no-information.js";
import type { PidFile } from "../record/pid-schemas.js";
import { intervalText, type Measured, type TotalInformation, totalRow } from "./atom-rows.js";
import { formatBits, joinWords } from "./text.js";

/** One of the decompositions of a run: which rows, their total in words, and whether it is told from 0. */
export interface MeasuredPart {
  /** "validation rows" */
  readonly rows: string;
  /** "0.12 (0.00 to 0.30) bits" */
  readonly total: string;
  readonly found: boolean;
}

/** A run that has just finished holds infinite numbers, its file null. */
type Total = Measured<TotalInformation>;

/** The decompositions of a run, as far as it takes to say whether there is information. */
export type RunDecomposition = Total & {
  readonly source?: string;
  readonly targetEntropy?: { readonly bits: number; readonly values: number } | undefined;
  readonly test?: Total | null;
  readonly check?: CheckedInformation | undefined;
};

/** What a check of the Gaussian reading says of information: by either reading, and by the decompositions themselves. */
export type CheckedInformation = Pick<
  NonNullable<PidFile["check"]>,
  "informationFound" | "gaussianFound" | "nonGaussian"
>;

/** The decompositions that a run recorded: of the rows that its atoms are made of, and of the test rows. */
export function measuredParts(pid: RunDecomposition): MeasuredPart[] {
  const own = pid.source === "train" || pid.source === "batch" ? "training rows" : "validation rows";
  const found = pid.check?.gaussianFound;
  const parts = [measuredPart(pid, own, found?.own)];
  return pid.test ? [...parts, measuredPart(pid.test, "test rows", found?.test ?? undefined)] : parts;
}

/** @param found whether a decomposition that was checked told information from 0, since flags of such are of both readings */
function measuredPart(decomposition: Total, rows: string, found = !lacksInformation(decomposition)): MeasuredPart {
  const row = totalRow(decomposition);
  const { value } = row;
  const text = intervalText(row);
  const interval = text === null ? "" : ` (${text})`;
  const bits = formatBits(Number.isFinite(value) ? value : null);
  return { rows, total: `${bits}${interval} bits`, found };
}

/** Whether no part of the run shows information by the Gaussian reading, and a conditional density found none either. */
export function foundNothing(pid: RunDecomposition): boolean {
  return pid.check?.informationFound !== true && measuredParts(pid).every(({ found }) => !found);
}

/**
 * What is to be said of parts whose total cannot be told from 0; null where all can.
 * @param ofClasses whether the target is of classes, whose information is no Gaussian reading
 */
export function informationCaution(pid: RunDecomposition, ofClasses: boolean): string | null {
  const parts = measuredParts(pid);
  const without = parts.filter(({ found }) => !found);
  if (without.length === 0) return null;
  const byGaussian = ofClasses || pid.check?.nonGaussian === false ? "" : " by the Gaussian reading";
  const named = joinWords(without.map(({ rows, total }) => `${total} on the ${rows}`));
  const [other] = parts.filter(({ found }) => found);
  if (other === undefined) {
    if (pid.check?.informationFound) return null;
    const neither = pid.check === undefined ? byGaussian : ", and a conditional density found none either";
    return `No information was found: the total, ${named}, cannot be told from 0${neither}.`;
  }
  return `The parts disagree: the total, ${named}, cannot be told from 0 there${byGaussian}; on the ${other.rows} it is ${other.total}.`;
}

/** Whether all fusion weights of a run are the same; null where it recorded none. */
export function hasEqualWeights({ weights }: Pick<PidFile, "weights">): boolean | null {
  if (weights === undefined) return null;
  const all = [...Object.values(weights.byModality), ...Object.values(weights.interaction)];
  return all.every((weight) => Math.abs(weight - all[0]) < 1e-9);
}
