import type { DataConfig } from "../../config/data.js";
import { InputError } from "../../errors.js";
import type { CategoryCoding } from "../categories/coding.js";
import type { Dataset, Modality } from "../dataset.js";
import { cyclicColumns, type DateCoding, datedColumns } from "../dates/date-coding.js";
import { describeColumns } from "../table/columns.js";
import { type ColumnPreparation, fitColumn, valuePreparer } from "./column-preparation.js";
import { type ColumnRange, rangeOf } from "./column-range.js";
import type { FittedInputs } from "./fitted-inputs.js";

/** One network input column. */
export interface PreparedColumn {
  readonly name: string;
  readonly preparation: ColumnPreparation;
  /** Where the training values lie; left out in models of versions that did not record it. */
  readonly range?: ColumnRange;
}

/** How one modality becomes network inputs. */
export interface ModalityPreparation {
  readonly name: string;
  readonly columns: readonly PreparedColumn[];
  /** Columns that get an extra 0/1 input "is missing", after all others. */
  readonly indicators: readonly string[];
  /** Columns left out because the training part holds nothing to learn from in them. */
  readonly dropped: readonly { readonly name: string; readonly reason: string }[];
  /** Categories whose columns of 0 and 1 are among the columns; left out where there are none. */
  readonly categories?: readonly CategoryCoding[];
  /** Dates whose columns are among the columns; left out where there are none. */
  readonly dates?: readonly DateCoding[];
}

/** Everything fitted on the training features; plain JSON, stored with the model. */
export interface Preprocessor {
  readonly missing: DataConfig["missing"];
  readonly modalities: readonly ModalityPreparation[];
}

/** Network inputs of one modality. */
export interface PreparedModality {
  readonly name: string;
  readonly width: number;
  /** Name of each input; indicators are called `missing(<column>)`. */
  readonly inputs: readonly string[];
  /** Row-major [rows, width], finite. */
  readonly values: Float32Array;
  /** [rows], 0 where every column of the modality is missing in the row; left out when that is so in no row. */
  readonly present?: Uint8Array;
}

/** Columns of a modality that are left out whatever they hold. */
export interface LeftOutColumns {
  readonly columns: ReadonlySet<string>;
  /** Why, as `dropped` says it. */
  readonly reason: string;
}

/** Settings that the preparation needs. */
export type PreparationConfig = Pick<DataConfig, "missing" | "missingIndicator"> & { readonly inputs: FittedInputs };

/**
 * Fits the preparation of every column on the training rows alone. Columns that are constant or all missing there are
 * dropped and named in `dropped`.
 * @throws InputError when a modality keeps no column
 */
export function fitPreprocessor(
  dataset: Pick<Dataset, "modalities">,
  trainRows: ArrayLike<number>,
  config: PreparationConfig,
): Preprocessor {
  if (trainRows.length === 0) throw new InputError("the training part has no rows; nothing can be fitted.");
  return {
    missing: config.missing,
    modalities: dataset.modalities.map((modality) => fitModality(modality, trainRows, config)),
  };
}

/**
 * Raw features -> network inputs, columns found by name.
 * @param options.rows rows to prepare, in this order; all of them if left out
 * @param options.absentModalities whether rows may lack whole modalities, whatever is to be done with single gaps; their
 *   inputs are filled like single gaps
 * @throws InputError for an absent modality or column, and for missing values unless they are to be filled
 */
export function applyPreprocessor(
  preprocessor: Preprocessor,
  dataset: Pick<Dataset, "modalities" | "rows" | "rowIds">,
  options: { readonly rows?: ArrayLike<number>; readonly absentModalities?: boolean } = {},
): { inputs: PreparedModality[] } {
  const { absentModalities = false } = options;
  const chosen = options.rows ?? Int32Array.from({ length: dataset.rows }, (_, i) => i);
  const inputs = preprocessor.modalities.map((fitted) => {
    const modality = dataset.modalities.find((candidate) => candidate.name === fitted.name);
    if (modality === undefined) {
      const names = dataset.modalities.map((candidate) => candidate.name).join(", ");
      throw new InputError(`the model needs modality "${fitted.name}"; the table has ${names}.`);
    }
    const fills = { missing: preprocessor.missing, absentModalities };
    return applyModality(fitted, modality, chosen, fills, dataset.rowIds);
  });
  return { inputs };
}

/** Dropped columns that are named per modality and reason. */
const mostNamed = 20;

/** Sentences that name the dropped columns; empty when none was dropped. */
export function preprocessorMessages(preprocessor: Preprocessor): string[] {
  return preprocessor.modalities.flatMap(({ name, dropped }) => {
    const reasons = [...new Set(dropped.map((column) => column.reason))];
    return reasons.map((reason) => {
      const columns = dropped.filter((column) => column.reason === reason).map((column) => column.name);
      const more = columns.length > mostNamed ? ` and ${columns.length - mostNamed} more` : "";
      const listed = columns.slice(0, mostNamed).join(", ");
      return `modality "${name}": left out ${columns.length} columns (${reason} in the training part): ${listed}${more}`;
    });
  });
}

/** Columns per modality that a table must hold for this preprocessor. */
export function requiredColumns(preprocessor: Preprocessor): { name: string; columns: string[] }[] {
  return preprocessor.modalities.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) }));
}

/** One column of some rows, NaN = missing. */
export function columnValues(modality: Modality, column: number, rows: ArrayLike<number>): Float64Array {
  const width = modality.columns.length;
  const out = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = modality.values[rows[i] * width + column];
  return out;
}

/** Fits the columns of one modality. @throws InputError when it keeps none */
export function fitModality(
  modality: Modality,
  rows: ArrayLike<number>,
  config: PreparationConfig & { readonly leftOut?: LeftOutColumns | undefined },
): ModalityPreparation {
  const columns: PreparedColumn[] = [];
  const indicators: string[] = [];
  const dropped: { name: string; reason: string }[] = [];
  const { coded = [], dated = [] } = modality;
  // A circle stays one: ranks of its two coordinates would bend it.
  const cyclic = new Set(dated.flatMap(cyclicColumns));
  const standardized = { ...config.inputs, preparation: "standardize" } as const;
  const dateOf = new Map(dated.flatMap((each) => datedColumns(each).map((name) => [name, each.column])));
  const flagged = new Set<string>();
  modality.columns.forEach((name, j) => {
    const values = columnValues(modality, j, rows);
    if (config.leftOut?.columns.has(name)) {
      dropped.push({ name, reason: config.leftOut.reason });
      return;
    }
    const preparation = fitColumn(values, cyclic.has(name) ? standardized : config.inputs);
    if (typeof preparation === "string") {
      dropped.push({ name, reason: preparation });
      return;
    }
    columns.push({ name, preparation, range: rangeOf(values) });
    if (!config.missingIndicator || !values.some(Number.isNaN)) return;
    // A missing date is one value, whatever columns are made of it.
    const date = dateOf.get(name);
    if (date === undefined || !flagged.has(date)) indicators.push(name);
    if (date !== undefined) flagged.add(date);
  });
  if (columns.length === 0) {
    throw new InputError(
      `modality "${modality.name}": every one of its ${modality.columns.length} columns is constant or missing in the ` +
        `training part (${rows.length} rows); it tells nothing about the target, leave it out.`,
    );
  }
  return {
    ...{ name: modality.name, columns, indicators, dropped },
    ...(coded.length === 0 ? {} : { categories: coded }),
    ...(dated.length === 0 ? {} : { dates: dated }),
  };
}

/** Rows of one modality as the network reads them. @throws InputError as `applyPreprocessor` */
export function applyModality(
  fitted: ModalityPreparation,
  modality: Modality,
  rows: ArrayLike<number>,
  { missing, absentModalities }: { readonly missing: Preprocessor["missing"]; readonly absentModalities: boolean },
  rowIds: readonly string[],
): PreparedModality {
  const index = new Map(modality.columns.map((name, j) => [name, j]));
  const width = fitted.columns.length + fitted.indicators.length;
  const values = new Float32Array(rows.length * width);
  const from = (name: string) => {
    const j = index.get(name);
    if (j === undefined) {
      throw new InputError(
        `modality "${fitted.name}": the model needs column "${name}". ${describeColumns(name, modality.columns)}`,
      );
    }
    return j;
  };
  const raws = fitted.columns.map(({ name }) => columnValues(modality, from(name), rows));
  const present = Uint8Array.from(rows, (_, i) => Number(raws.some((raw) => !Number.isNaN(raw[i]))));
  fitted.columns.forEach(({ name, preparation }, k) => {
    const raw = raws[k];
    const prepare = valuePreparer(preparation, raw.length);
    for (let i = 0; i < raw.length; i++) {
      const allowed = missing === "mean" || (absentModalities && present[i] === 0);
      if (!allowed && Number.isNaN(raw[i])) refuseGap(fitted.name, name, rowIds[rows[i]]);
      values[i * width + k] = prepare(raw[i]);
    }
  });
  fitted.indicators.forEach((name, k) => {
    columnValues(modality, from(name), rows).forEach((value, i) => {
      values[i * width + fitted.columns.length + k] = Number.isNaN(value) ? 1 : 0;
    });
  });
  const inputs = [
    ...fitted.columns.map((column) => column.name),
    ...fitted.indicators.map((name) => `missing(${name})`),
  ];
  return { name: fitted.name, width, inputs, values, ...(present.includes(0) ? { present } : {}) };
}

/** Prepared inputs of a row that lacks the whole modality, [width]. */
export function absentInputs({ columns, indicators }: ModalityPreparation): Float32Array {
  return Float32Array.from([...columns.map(({ preparation }) => preparation.fill), ...indicators.map(() => 1)]);
}

function refuseGap(modality: string, column: string, row: string): never {
  throw new InputError(
    `modality "${modality}": column "${column}" has no value in row "${row}", and the model was trained without fills; ` +
      "complete the table, leave the row out, or train with data.missing: mean.",
  );
}
