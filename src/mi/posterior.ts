import type { Engine } from "../engine/engine.js";
import { InputError } from "../errors.js";
import { fitInverseNormal } from "../math/inverse-normal.js";
import { type LogisticFit, logisticLogits, logisticPath } from "../math/multinomial-logistic.js";
import { type ClassPosteriors, fewestClassRows } from "../pid/discrete/class-types.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { type CrossFitFold, crossFit, crossFitFolds } from "./cross-fit.js";
import { crossEntropy, fitPosterior, type PosteriorRows } from "./posterior-fit.js";

/** A table whose target is a class. */
export interface ClassTable {
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  /** Names of the classes. */
  readonly classes: readonly string[];
  readonly sources: readonly {
    readonly name: string;
    /** [width] arrays [rows] of finite values */
    readonly columns: readonly Float64Array[];
  }[];
  readonly groups: RowGroups | null;
}

/** What fitting posteriors needs. */
export interface PosteriorOptions {
  readonly engine: Engine;
  /** Default 5. */
  readonly folds?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Held-out posteriors of a class, by modality and of all of them: per fold a multinomial logistic regression on the normal
 * scores of the columns' ranks, a small network on top of it, and one temperature chosen on validation rows, under which
 * the posterior of columns that tell nothing is that of the class shares, exactly. A class of a row is never read by the
 * models that its posteriors come from, nor is that of another row of its group.
 * @throws InputError for fewer than 100 rows, a class that no row has, or fewer than 3 groups
 */
export async function classPosteriors(table: ClassTable, options: PosteriorOptions): Promise<ClassPosteriors> {
  const { labels, classes, sources, groups } = table;
  if (labels.length < fewestClassRows) {
    throw new InputError(`classes are learned from at least ${fewestClassRows} rows, got ${labels.length}`);
  }
  const shares = sharesOf(labels, classes.length);
  const absent = shares.indexOf(0);
  if (absent >= 0) throw new InputError(`no row is of class ${classes[absent]}; leave it out of the classes`);
  const { folds: wanted = 5, seed = 1, onProgress } = options;
  const folds = crossFitFolds(labels.length, { folds: wanted, groups, strata: labels, seed });
  const sets = [{ name: "", columns: sources.flatMap(({ columns }) => columns) }, ...sources];
  let done = 0;
  const scores = await crossFit<string>(folds, async (fold) => {
    const found: Record<string, Float64Array> = {};
    for (const { name, columns } of sets) {
      const problem = { columns, labels, classes: classes.length, shares };
      found[name] = await posteriorsOfFold(problem, fold, `posterior/${name}`, options);
      onProgress?.(++done, folds.length * sets.length);
    }
    return found;
  });
  const names = sources.map(({ name }) => name);
  return { names, classes, labels, byModality: names.map((name) => scores[name]), joint: scores[""], groups };
}

/**
 * Held-out posteriors of a class given columns, as `classPosteriors` fits them, of rows without a choice of modalities.
 * @param labels [rows] 0 .. classes - 1, each of which some row has
 * @returns [rows, classes] p(y | x)
 */
export async function classPosterior(
  columns: readonly Float64Array[],
  {
    labels,
    classes,
    groups,
  }: { readonly labels: Int32Array; readonly classes: number; readonly groups: RowGroups | null },
  options: PosteriorOptions,
): Promise<Float64Array> {
  const shares = sharesOf(labels, classes);
  const { folds: wanted = 5, seed = 1, onProgress } = options;
  const folds = crossFitFolds(labels.length, { folds: wanted, groups, strata: labels, seed });
  let done = 0;
  const { posterior } = await crossFit(folds, async (fold) => {
    const found = await posteriorsOfFold({ columns, labels, classes, shares }, fold, "posterior/", options);
    onProgress?.(++done, folds.length);
    return { posterior: found };
  });
  return posterior;
}

/** Share of the rows that each class has, [classes]. */
export function sharesOf(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const y of labels) counts[y]++;
  return counts.map((count) => count / labels.length);
}

interface Problem {
  readonly columns: readonly Float64Array[];
  readonly labels: Int32Array;
  readonly classes: number;
  /** of the classes, [classes] */
  readonly shares: Float64Array;
}

/** Posteriors of the scored rows of a fold, [scored, classes]. */
async function posteriorsOfFold(
  problem: Problem,
  fold: CrossFitFold,
  stream: string,
  { engine, signal }: PosteriorOptions,
): Promise<Float64Array> {
  const { labels, classes, shares } = problem;
  const { train, validation, scored } = fold;
  const columns = scoresOfRanks(problem.columns, train);
  const base = baseLogits(labels, train, classes);
  const chosen = Int32Array.from([...validation, ...scored]);
  const judged = (logs: Float64Array) => tempered(logs, base, problem, validation);
  const regression = columns.length === 0 ? null : bestLogistic(columns, problem, fold);
  if (regression === null) return shapedAs(shares, scored.length);
  const rows = posteriorRows(columns, regression, problem);
  const linear = logsOf(pickRows(rows.linear, chosen, classes), classes);
  const network = await fitPosterior(rows, fold, chosen, { engine, rng: fold.rng.split(stream), signal });
  const candidates = [linear, network].map((logs) => ({ logs, ...judged(logs) }));
  const best = candidates[1].loss < candidates[0].loss ? candidates[1] : candidates[0];
  const own = best.logs.subarray(validation.length * classes);
  const ease = 1 / train.length;
  return posteriorOf(own, base, shares, best.power).map((p, i) => (1 - ease) * p + ease * shares[i % classes]);
}

/** Normal scores of the ranks among the training rows, beyond them at most a little further; constant columns left out. */
function scoresOfRanks(columns: readonly Float64Array[], train: Int32Array): Float64Array[] {
  return columns.flatMap((column) => {
    const transform = fitInverseNormal(Float64Array.from(train, (r) => column[r]));
    if (transform.distinct === 1) return [];
    return [column.map((v) => Math.max(-farthest, Math.min(farthest, transform.forward(v))))];
  });
}

/** Scores of the largest ranks are about 3.5 of 5,000 rows. */
const farthest = 4;

const penalties = [1, 0.1, 0.01, 0.001, 0.0001];

/** The logistic regression that is best on the validation rows. */
function bestLogistic(columns: readonly Float64Array[], problem: Problem, { train, validation }: CrossFitFold) {
  const { labels, classes } = problem;
  const part = (rows: Int32Array) => columns.map((column) => Float64Array.from(rows, (r) => column[r]));
  const path = logisticPath(
    { columns: part(train), labels: Int32Array.from(train, (r) => labels[r]), classes },
    penalties,
  );
  const held = part(validation);
  const losses = path.map((fit) =>
    crossEntropy(logsOf(logisticLogits(fit, held, validation.length), classes), problem, validation),
  );
  return path[losses.indexOf(Math.min(...losses))];
}

function posteriorRows(columns: readonly Float64Array[], regression: LogisticFit, problem: Problem): PosteriorRows {
  const { labels, classes } = problem;
  const width = columns.length;
  const inputs = new Float32Array(labels.length * width);
  columns.forEach((column, j) => {
    for (let r = 0; r < column.length; r++) inputs[r * width + j] = column[r];
  });
  return { inputs, width, labels, classes, linear: logisticLogits(regression, columns, labels.length) };
}

/** log p of the classes in the training rows, half a row more of each. */
function baseLogits(labels: Int32Array, train: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(0.5);
  for (const r of train) counts[labels[r]]++;
  return counts.map((count) => Math.log(count / (train.length + classes / 2)));
}

/** Most that a posterior is sharpened. */
const mostPower = 2;
const searchSteps = 30;

/** The power of the likelihood under which validation rows are most likely; the loss is convex in it: golden section. */
function tempered(logs: Float64Array, base: Float64Array, problem: Problem, validation: Int32Array) {
  const { classes, shares } = problem;
  const own = logs.subarray(0, validation.length * classes);
  const loss = (power: number) =>
    crossEntropy(posteriorOf(own, base, shares, power).map(Math.log), problem, validation);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, mostPower];
  for (let i = 0; i < searchSteps; i++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (loss(left) <= loss(right)) high = right;
    else low = left;
  }
  const power = (low + high) / 2;
  const nothing = loss(0);
  const found = loss(power);
  return found < nothing - 1e-9 ? { power, loss: found } : { power: 0, loss: nothing };
}

/** share_y (p_y / base_y)^power, normalised; [rows, classes]. */
function posteriorOf(logs: Float64Array, base: Float64Array, shares: Float64Array, power: number): Float64Array {
  const classes = shares.length;
  const logits = logs.map((log, i) => Math.log(shares[i % classes]) + power * (log - base[i % classes]));
  return logsOf(logits, classes).map((log) => Math.max(Math.exp(log), Number.MIN_VALUE));
}

/** Log softmax of every row. @param logits [rows, classes] */
function logsOf(logits: Float64Array, classes: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const row = logits.subarray(from, from + classes);
    const most = Math.max(...row);
    const sum = row.reduce((all, v) => all + Math.exp(v - most), 0);
    for (let y = 0; y < classes; y++) out[from + y] = row[y] - most - Math.log(sum);
  }
  return out;
}

function pickRows(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((r, i) => void out.set(values.subarray(r * width, (r + 1) * width), i * width));
  return out;
}

function shapedAs(shares: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows * shares.length }, (_, i) => shares[i % shares.length]);
}
