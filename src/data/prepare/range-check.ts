import { quantileOfSorted, sorted } from "../../math/descriptive.js";
import type { Dataset } from "../dataset.js";
import { shortNumber } from "../split/part-summary.js";
import { type ColumnRange, countOutside, usualRange } from "./column-range.js";

/** How the network reads a value outside the training range. */
export type ReadOutside =
  | { readonly as: "nearest" }
  | { readonly as: "clipped"; readonly deviations: number }
  /** Levels off towards so many distances of the quartiles from the median. */
  | { readonly as: "levelled"; readonly distances: number }
  | { readonly as: "itself" };

/** A column of a table whose values are not where those of the training rows were. */
export interface DepartedColumn {
  /** Null for a target. */
  readonly modality: string | null;
  readonly column: string;
  /**
   * range: values outside the training range; usual: outside where nearly all training values lie; scale: they vary far
   * less.
   */
  readonly by: "range" | "usual" | "scale";
  /** Rows that have a value. */
  readonly values: number;
  /** Share of them outside `range`. */
  readonly outside: number;
  /** Range of the training rows that is meant. */
  readonly range: readonly [number, number];
  readonly median: number;
  /** Null where it was not recorded. */
  readonly trainingMedian: number | null;
  /** Null for a target, which is not read. */
  readonly outsideReadAs: ReadOutside | null;
}

/** A column of a table with the range that its values had in training. */
export interface WatchedColumn {
  readonly modality: string;
  readonly column: string;
  readonly range: ColumnRange;
  readonly outsideReadAs: ReadOutside;
  /** [rows], NaN = missing. */
  readonly values: Float64Array;
}

/** Least share of the rows, above that of the training rows, that is worth a warning. */
const leastShare = 0.05;
/** Chance that anything is warned of in a table of new rows from where the training rows came. */
const falseAlarms = 0.002;
/** Widths of the training range beyond which values are absurd, however few there are. */
const absurdWidths = 30;
/** Rows that a spread needs, and by how much smaller than that of the training rows it is another unit. */
const spreadRows = 50;
const smallerSpread = 5;

/**
 * Columns that left the training range: at least 5 % of the rows lie outside it, or outside the usual range beyond what
 * training rows did, and of new rows from where the training rows came so many would be there once in 1000 tables; or every
 * value lies thirty widths of the range away; or 50 rows or more vary less than a fifth as much (a centred column in a
 * larger unit). For any distribution of a column the number outside the range of n training values is at most beta-binomial with
 * parameters 2 and n - 1.
 * @returns null for a model that was stored without the ranges
 */
export function departedColumns(watched: readonly WatchedColumn[]): DepartedColumn[] | null {
  if (watched.length === 0) return null;
  const chance = falseAlarms / 2 / watched.length;
  return watched.flatMap(({ modality, column, range, values, outsideReadAs }) => {
    const found = departure(sorted(values.filter((value) => !Number.isNaN(value))), range, chance);
    return found === null ? [] : [{ modality, column, ...found, outsideReadAs }];
  });
}

/**
 * Targets that left the training range, by the same rule; only rows whose target is known count.
 * @param ranges of the targets in training, and the training rows
 */
export function departedTargets(
  { targets }: Pick<Dataset, "targets">,
  ranges: readonly { readonly name: string; readonly min: number; readonly max: number }[],
  trainingRows: number,
): DepartedColumn[] {
  return ranges.flatMap(({ name, min, max }) => {
    const values = targets.find((target) => target.name === name)?.values ?? [];
    const present = sorted(Array.from(values).filter((value) => !Number.isNaN(value)));
    const outside = countOutside(present, [min, max]);
    if (!isMore(outside, present.length, { n: trainingRows, seen: 2 }, falseAlarms / 2)) return [];
    const median = quantileOfSorted(present, 0.5);
    const range = [min, max] as const;
    const share = outside / present.length;
    const found = {
      by: "range" as const,
      values: present.length,
      outside: share,
      range,
      median,
      trainingMedian: null,
    };
    return [{ modality: null, column: name, ...found, outsideReadAs: null }];
  });
}

/** @param values ascending, none missing */
function departure(
  values: Float64Array,
  range: ColumnRange,
  chance: number,
): Omit<DepartedColumn, "modality" | "column" | "outsideReadAs"> | null {
  if (values.length === 0) return null;
  const whole = [range.min, range.max] as const;
  const usual = usualRange(range);
  const found = (by: DepartedColumn["by"], limits: readonly [number, number]) => ({
    by,
    values: values.length,
    outside: countOutside(values, limits) / values.length,
    range: limits,
    median: quantileOfSorted(values, 0.5),
    trainingMedian: range.median,
  });
  const more = (limits: readonly [number, number], seen: number) =>
    isMore(countOutside(values, limits), values.length, { n: range.values, seen }, chance);
  if (more(whole, 2) || isAbsurd(values, range)) return found("range", whole);
  if (more(usual, range.beyond + 1)) return found("usual", usual);
  return hasSmallSpread(values, range) ? found("scale", whole) : null;
}

/**
 * Whether so many of `rows` new values are outside that chance does not explain it: P(K >= outside) <= chance for a
 * beta-binomial K with parameters `seen` and n + 1 - seen.
 */
function isMore(
  outside: number,
  rows: number,
  { n, seen }: { readonly n: number; readonly seen: number },
  chance: number,
): boolean {
  const before = seen > 2 ? (seen - 1) / n : 0;
  if (rows === 0 || outside / rows < before + leastShare) return false;
  return betaBinomialTail(outside, rows, seen, Math.max(1, n + 1 - seen)) <= chance;
}

/** Rows from which on the tail is that of fewer with the same share, which is no smaller. */
const mostTailRows = 2000;

/** P(K >= k) of the beta-binomial distribution of `rows` draws, with whole parameters a and b. */
export function betaBinomialTail(k: number, rows: number, a: number, b: number): number {
  if (rows > mostTailRows) return betaBinomialTail(Math.floor((k / rows) * mostTailRows), mostTailRows, a, b);
  let log = 0;
  for (let i = 0; i < a; i++) log += Math.log((b + i) / (b + rows + i));
  let tail = 0;
  for (let j = 0; j <= rows; j++) {
    if (j >= k) tail += Math.exp(log);
    log += Math.log(((rows - j) * (j + a)) / ((j + 1) * (rows - j - 1 + b)));
  }
  return Math.min(1, tail);
}

/** A column that is mostly one value has no width to measure by. */
function isAbsurd(values: Float64Array, { min, q1, q3, max }: ColumnRange): boolean {
  if (q1 === q3) return false;
  const far = absurdWidths * (max - min);
  return values[0] > max + far || values[values.length - 1] < min - far;
}

/** Whether values vary less than a fifth as much as the training values, by both of two measures, but do vary. */
function hasSmallSpread(values: Float64Array, { low, q1, q3, high }: ColumnRange): boolean {
  if (values.length < spreadRows) return false;
  const at = (p: number) => quantileOfSorted(values, p);
  const [middle, wide] = [at(0.75) - at(0.25), at(0.95) - at(0.05)];
  return middle > 0 && smallerSpread * middle < q3 - q1 && smallerSpread * wide < high - low;
}

/** Columns that are named per modality. */
const mostNamed = 5;

/** What the user is told of columns that left the training range; nothing where none did. */
export function departureMessages(departed: readonly DepartedColumn[] | null, columns: number): string[] {
  if (departed === null) {
    return [
      "the model was stored without the ranges of its training columns: whether the table keeps to them is not known",
    ];
  }
  const inputs = departed.filter(({ modality }) => modality !== null);
  const modalities = [...new Set(inputs.map(({ modality }) => modality))];
  const listed = modalities.map(
    (name) => `modality "${name}": ${listColumns(inputs.filter((c) => c.modality === name))}`,
  );
  return [
    ...(inputs.length === 0
      ? []
      : [
          `WARNING: ${inputs.length} of ${columns} columns left the range of the training rows. ${listed.join(". ")}. ` +
            `${readText(inputs)}compare units and preparation with the training table`.replace(/^./, (c) =>
              c.toUpperCase(),
            ),
        ]),
    ...departed
      .filter(({ modality }) => modality === null)
      .map(
        (target) => `WARNING: target ${columnText(target)}: predictions never leave that range; is its unit the same?`,
      ),
  ];
}

/** What becomes of values outside the range of each kind of column; nothing where none is outside. */
function readText(columns: readonly DepartedColumn[]): string {
  const read = columns.flatMap(({ by, outsideReadAs }) => (by === "scale" ? [] : (outsideReadAs ?? [])));
  const clips = read.flatMap((how) => (how.as === "clipped" ? [how.deviations] : []));
  const clauses = [
    ...(read.some(({ as }) => as === "nearest")
      ? ["those of columns prepared by quantiles as the nearest that training knew"]
      : []),
    ...[...new Set(clips)].map(
      (deviations) =>
        `those of standardised columns as they are, up to ${deviations} standard deviations from the mean`,
    ),
    ...[...new Set(read.flatMap((how) => (how.as === "levelled" ? [how.distances] : [])))].map(
      (distances) =>
        `those of robustly scaled columns levelled off towards ${distances} distances of the quartiles from the median`,
    ),
    ...(read.some(({ as }) => as === "itself") ? ["those of arrays as they are"] : []),
  ];
  return clauses.length === 0 ? "" : `values outside the training range are read, ${clauses.join(", ")}: `;
}

function listColumns(columns: readonly DepartedColumn[]): string {
  const more = columns.length > mostNamed ? `; and ${columns.length - mostNamed} more` : "";
  return columns.slice(0, mostNamed).map(columnText).join("; ") + more;
}

function columnText({
  column,
  by,
  values,
  outside,
  range: [from, to],
  median,
  trainingMedian,
}: DepartedColumn): string {
  const known = trainingMedian === null ? "" : `, in training ${shortNumber(trainingMedian)}`;
  const medians = `median ${shortNumber(median)}${known}`;
  if (by === "scale") return `${column} varies less than a fifth as much as in training (${medians})`;
  const where = by === "usual" ? "outside the usual" : "outside";
  const share = Number((100 * outside).toPrecision(outside < 0.1 ? 2 : 3));
  return `${column}: ${share} % of ${values} values ${where} ${shortNumber(from)} to ${shortNumber(to)} (${medians})`;
}
