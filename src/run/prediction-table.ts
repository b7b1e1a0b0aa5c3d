import type { Dataset } from "../data/dataset.js";
import { likeliest } from "../evaluation/class-metrics.js";
import { type Cell, csvText } from "../files/csv.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import { observedColumn, predictionName, trueCell, valueColumns } from "../record/predictions.js";
import { absentText } from "./absence.js";
import type { ExplainedPredictions } from "./predictions.js";

/** Rows of predictions to write; every list has the same rows in the same order. */
export interface PredictionRows {
  readonly ids: readonly string[];
  /** `validation` or `test`; left out for a table that was no part of the run. */
  readonly parts?: readonly string[];
  /** Group of each row, `data.group`; left out where rows have none. */
  readonly groups?: readonly string[];
  /** Names of the modalities that each row lacks; left out where rows cannot lack any. */
  readonly missing?: readonly (readonly string[])[];
  readonly targets: readonly string[];
  /** Labels of the classes, where the target is of classes; what is predicted has a column for each. */
  readonly classes?: readonly string[] | undefined;
  /** Row-major [rows, targets], user's units; NaN where unknown. Null when the table has no targets. */
  readonly truth: Float64Array | null;
  readonly explained: Pick<ExplainedPredictions, "prediction" | "contributions">;
  /** What baselines predict, row-major [rows, targets]; written beside the predictions where given. */
  readonly baselines?: readonly { readonly name: string; readonly prediction: Float64Array }[];
  /** Predictions corrected for bias, row-major [rows, targets]. */
  readonly corrected?: Float64Array;
  /** Standard deviation of predictions over draws of the bottleneck noise, row-major [rows, targets]. */
  readonly spread?: Float64Array;
  /** Ends of the prediction intervals, row-major [rows, targets], user's units; infinite where there is none. */
  readonly ends?: { readonly low: Float64Array; readonly high: Float64Array };
  /** Quantiles by their share, row-major [rows, targets]; infinite where there are too few rows for one. */
  readonly quantiles?: ReadonlyMap<number, Float64Array>;
  /** Of classes the prediction set of each row: places of its classes, the likeliest first. */
  readonly sets?: readonly (readonly number[])[] | undefined;
  /** How large errors of a row are, row-major [rows, targets]. */
  readonly scale?: Float64Array;
  /** Predictions of the first rows, the validation rows, at epochs that they had no say in. */
  readonly crossed?: Float64Array;
  /** What is expected of the modalities that each row lacks, as columns. */
  readonly next?: readonly { readonly name: string; readonly at: (row: number) => Cell }[];
  /** Sample-level atoms; null where the target is unknown. */
  readonly local: LocalAtoms | null;
}

/** What of sample-level atoms is written. */
export type LocalAtoms = Pick<LocalPid, "unique" | "redundancy" | "synergy" | "partialRedundancy">;

/**
 * The table as CSV: id, part, group, absent modalities, then per target the true value, the prediction, what the
 * prediction loses without each modality or product, and last the sample-level atoms in bits. Empty are a true value that
 * is not known, the ends of an interval without bound, and the atoms of a row that lacks a modality.
 * @param label what the table is, for the error
 * @throws RunError naming row and column of any other number that is not finite
 */
export function predictionCsv(rows: PredictionRows, label: string): string {
  const columns: { name: string; at: (row: number) => Cell }[] = [
    { name: "id", at: (i) => rows.ids[i] },
    ...(rows.parts === undefined ? [] : [{ name: "part", at: (i: number) => rows.parts?.[i] ?? "" }]),
    ...(rows.groups === undefined ? [] : [{ name: "group", at: (i: number) => rows.groups?.[i] ?? "" }]),
    ...(rows.missing === undefined
      ? []
      : [{ name: "missing", at: (i: number) => absentText(rows.missing?.[i] ?? []) }]),
    ...rows.targets.flatMap((name, t) => targetColumns(rows, name, t)),
    ...(rows.next ?? []),
    ...(rows.local === null ? [] : localColumns(rows.local, rows.missing)),
  ];
  const lines = rows.ids.map((_, i) => columns.map((column) => column.at(i)));
  return csvText(
    columns.map(({ name }) => name),
    lines,
    label,
  );
}

/** The column of groups, where the table has groups. @param rows of the data set, in the order of the table */
export function groupColumn(
  { group }: Pick<Dataset, "group">,
  rows: ArrayLike<number>,
): { readonly groups?: readonly string[] } {
  return group === undefined ? {} : { groups: Array.from(rows, (row) => group[row]) };
}

/** An end without bound has an empty cell; one that is no number is refused. */
const isBounded = (value: number) => Math.abs(value) !== Number.POSITIVE_INFINITY;

function targetColumns(rows: PredictionRows, name: string, t: number) {
  const { targets, classes, truth } = rows;
  const each = classes?.length ?? 1;
  const width = targets.length * each;
  const column = (label: string, values: Float64Array | null | undefined, has = (_value: number) => true) => {
    if (values === null || values === undefined) return [];
    return valueColumns(label, classes).map((own, k) => ({
      name: own,
      at: (i: number) => {
        const value = values[i * width + t * each + k] as number | undefined;
        return value !== undefined && has(value) ? value : null;
      },
    }));
  };
  const { prediction } = rows.explained;
  return [
    ...(truth === null
      ? []
      : [{ name: observedColumn(name), at: (i: number) => trueCell(truth[i * targets.length + t], classes) }]),
    ...(classes === undefined ? [] : classColumns(rows, name, classes)),
    ...column(`${name}.${predictionName(classes)}`, prediction),
    ...column(`${name}.prediction.corrected`, rows.corrected),
    ...column(`${name}.lower`, rows.ends?.low, isBounded),
    ...column(`${name}.upper`, rows.ends?.high, isBounded),
    ...[...(rows.quantiles ?? [])].flatMap(([p, values]) => column(`${name}.q${p}`, values, isBounded)),
    ...column(`${name}.scale`, rows.scale),
    ...column(`${name}.crossed`, rows.crossed),
    ...column(`${name}.spread`, rows.spread),
    ...(rows.baselines ?? []).flatMap((baseline) => column(`${name}.${baseline.name}`, baseline.prediction)),
    ...[...rows.explained.contributions].flatMap(([term, values]) => column(`${name}.contribution.${term}`, values)),
  ];
}

/** The likeliest class of each row, and the classes that its prediction set holds. */
function classColumns({ explained, sets }: PredictionRows, name: string, classes: readonly string[]) {
  const best = likeliest(explained.prediction, classes.length);
  return [
    { name: `${name}.prediction`, at: (i: number): Cell => classes[best[i]] },
    ...(sets === undefined ? [] : [{ name: `${name}.set`, at: (i: number): Cell => setText(sets[i], classes) }]),
  ];
}

/** Labels of the classes of a set as one cell: `AD|MCI`. A bar or a backslash within a label has a backslash in front. */
export function setText(places: readonly number[], classes: readonly string[]): string {
  return places.map((y) => classes[y].replaceAll(/[\\|]/g, "\\$&")).join("|");
}

/** Atoms of a row are finite, also where the target is determined exactly; a row that lacks a modality has none. */
function localColumns(
  { unique, redundancy, synergy, partialRedundancy }: LocalAtoms,
  missing: PredictionRows["missing"] = [],
) {
  const column = (name: string, values: Float64Array) => ({
    name: `local.${name}`,
    at: (i: number) => ((missing[i]?.length ?? 0) > 0 ? null : values[i]),
  });
  const names = Object.keys(unique);
  return [
    ...names.map((name) => column(`unique.${name}`, unique[name])),
    column("redundancy", redundancy),
    column("synergy", synergy),
    ...(names.length > 2 ? [column("partialRedundancy", partialRedundancy)] : []),
  ];
}
