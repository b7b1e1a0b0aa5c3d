import { mean } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import type { Dataset } from "../dataset.js";
import { indicatorTargets } from "../target/indicators.js";
import { fewestGroups } from "./groups.js";
import { type GroupSummary, groupCount, type PartsSummary, partTitles, shortNumber } from "./part-summary.js";
import type { PartName, Split } from "./split.js";

/** A part that cannot carry what rests on it, and why. */
export interface UnfitPart {
  readonly part: PartName;
  /** What it has: `2 groups of "site", fewer than 5`. */
  readonly reasons: readonly string[];
}

/** Groups of equal size below which a part stands for its largest group. */
const fewestEffective = 3;
/** Shift of a part's mean that matters, in standard deviations of the training part. */
const largestShift = 0.5;
/** Ratio of standard deviations that matters, either way. */
const largestRatio = 1.5;
/** Draws of rows, none of which may differ as much: for one comparison, by chance once in a thousand. */
const draws = 1000;
/** Rows drawn from which on fewer draws are made, and the fewest draws: of large parts the size of a departure decides. */
const mostDrawn = 2e7;
const fewestDraws = 200;

/**
 * Parts that are unfit, by one rule for splits of every kind:
 * - rows have groups, and the part holds fewer than 5, or so unequal ones that they tell as much as fewer than 3 of equal
 *   size;
 * - the mean of a target is more than half a standard deviation of the training part away from its mean, or the standard
 *   deviations differ by more than a factor of 1.5, and none of 1000 random draws of as many rows (for every target and
 *   try) differs as much. On random splits of rows it is found in fewer than 1 of 100, whatever the target's distribution.
 * @param options.tries splits that are looked at together, as the folds of a cross-validation
 * @param options.groupsIn parts whose groups are counted; all if left out
 */
export function unfitParts(
  { targets: given }: Pick<Dataset, "targets">,
  split: Pick<Split, PartName>,
  parts: PartsSummary,
  options: { readonly tries?: number; readonly groupsIn?: readonly PartName[] } = {},
): UnfitPart[] {
  const { tries = 1, groupsIn = ["train", "validation", "test"] } = options;
  const rng = new Rng("parts");
  const targets = indicatorTargets(given);
  return (["train", "validation", "test"] as const).flatMap((part) => {
    const summary = parts[part];
    if (summary === undefined) return [];
    const few = summary.groups !== undefined && groupsIn.includes(part) ? fewGroups(summary.groups, summary.rows) : [];
    const apart =
      part === "train"
        ? []
        : targets.flatMap(({ name, values }) => {
            const of = (rows: Int32Array) => Float64Array.from(rows, (row) => values[row]);
            const pair = { name, own: of(split[part]), training: of(split.train) };
            return departures(pair, draws * targets.length * tries, rng.split(`${part}/${name}`));
          });
    const reasons = [...few, ...apart];
    return reasons.length === 0 ? [] : [{ part, reasons }];
  });
}

function fewGroups(groups: GroupSummary, rows: number): string[] {
  const { count, effective, largest } = groups;
  if (count < fewestGroups) return [`${groupCount(groups)}, fewer than ${fewestGroups}`];
  if (effective >= fewestEffective) return [];
  return [
    `${groupCount(groups)}, of which "${largest.name}" alone has ${largest.rows} of ${rows} rows: they tell as much as ` +
      `${shortNumber(effective)} groups of equal size, fewer than ${fewestEffective}`,
  ];
}

interface Pair {
  readonly name: string;
  readonly own: Float64Array;
  readonly training: Float64Array;
}

/** In which of mean and spread a target departs from the training part. */
function departures({ name, own, training }: Pair, count: number, rng: Rng): string[] {
  const pool = centred(own, training);
  const seen = { own: momentsOf(pool, 0, own.length), training: momentsOf(pool, own.length, pool.length) };
  const shift = shiftOf(seen.own, seen.training);
  const ratio = ratioOf(seen.own, seen.training);
  const happens = (label: string, isAsFar: IsAsFar) => drawHappens(pool, own.length, count, rng.split(label), isAsFar);
  const found: string[] = [];
  if (shift > largestShift && !happens("mean", (a, b) => shiftOf(a, b) >= shift)) {
    found.push(`a mean of ${name} of ${shortNumber(mean(own))} against ${shortNumber(mean(training))} in training`);
  }
  if (own.length > 1 && ratio > Math.log(largestRatio) && !happens("sd", (a, b) => ratioOf(a, b) >= ratio)) {
    const against = `${shortNumber(seen.own.sd)} against ${shortNumber(seen.training.sd)} in training`;
    found.push(`a standard deviation of ${name} of ${against}`);
  }
  return found;
}

interface Moments {
  readonly mean: number;
  readonly sd: number;
}

type IsAsFar = (own: Moments, training: Moments) => boolean;

function shiftOf(own: Moments, training: Moments): number {
  return Math.abs(own.mean - training.mean) / training.sd;
}

/** Of the spreads, on the log scale; two constant parts do not differ. */
function ratioOf(own: Moments, training: Moments): number {
  return own.sd === training.sd ? 0 : Math.abs(Math.log(own.sd / training.sd));
}

/** Whether any of so many random draws of `size` rows from the pool is as far from the other rows. */
function drawHappens(pool: Float64Array, size: number, count: number, rng: Rng, isAsFar: IsAsFar): boolean {
  const values = Float64Array.from(pool);
  const all = sums(values, 0, values.length);
  const small = Math.min(size, values.length - size);
  const made = Math.min(count, Math.max(fewestDraws, Math.ceil(mostDrawn / small)));
  for (let draw = 0; draw < made; draw++) {
    for (let i = 0; i < small; i++) {
      const j = i + rng.integer(values.length - i);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
    const drawn = sums(values, 0, small);
    const rest = { n: all.n - drawn.n, sum: all.sum - drawn.sum, squares: all.squares - drawn.squares };
    const [own, training] = small === size ? [drawn, rest] : [rest, drawn];
    if (isAsFar(moments(own, all), moments(training, all))) return true;
  }
  return false;
}

/** Both parts less their mean, so that sums of squares keep their digits. */
function centred(own: Float64Array, training: Float64Array): Float64Array {
  const pool = new Float64Array(own.length + training.length);
  pool.set(own);
  pool.set(training, own.length);
  const centre = mean(pool);
  return pool.map((value) => value - centre);
}

interface Sums {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

function sums(values: Float64Array, from: number, to: number): Sums {
  let sum = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    sum += values[i];
    squares += values[i] ** 2;
  }
  return { n: to - from, sum, squares };
}

function momentsOf(pool: Float64Array, from: number, to: number): Moments {
  return moments(sums(pool, from, to), sums(pool, 0, pool.length));
}

/** A spread that is rounding beside that of the pool is none. */
function moments({ n, sum, squares }: Sums, pool: Sums): Moments {
  const departures = squares - sum ** 2 / n;
  return { mean: sum / n, sd: n < 2 || departures < 1e-12 * pool.squares ? 0 : Math.sqrt(departures / (n - 1)) };
}

/** What is said about unfit parts, with what helps against it; null where every part is fit. */
export function unfitMessage(unfit: readonly UnfitPart[], remedy: string): string | null {
  if (unfit.length === 0) return null;
  const parts = unfit.map(({ part, reasons }) => `the ${partTitles[part]} part has ${reasons.join(", and ")}`);
  return (
    `parts of the split cannot carry what rests on them: ${parts.join("; ")}. The end of training, the atoms and the ` +
    `intervals rest on the validation part, the reported errors on the test part. ${remedy}`
  );
}

/**
 * What helps against unfit parts of a single split.
 * @param groups column of the groups, where rows have any
 * @param timed  whether parts are consecutive rows
 */
export function splitRemedy(groups: string | undefined, timed = false): string {
  if (timed) {
    return (
      "Parts of other times differ where the target changes with time, and so does the error on later rows: give every part " +
      "all seasons with data.split.blocks, or test every row once: pidreg crossval CONFIG (docs/studies.md)"
    );
  }
  if (groups !== undefined) {
    return `Test every group once: pidreg crossval CONFIG --outer-group ${groups} (docs/studies.md)`;
  }
  return "Draw the rows at random, with data.split.stratify, or test every row once: pidreg crossval CONFIG (docs/studies.md)";
}
