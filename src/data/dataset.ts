import type { CategoryCoding, CategoryLevels } from "./categories/coding.js";
import type { ConfoundColumn } from "./confounds/confounds.js";
import type { DateCoding, DatedColumn } from "./dates/date-coding.js";
import type { RowOrder } from "./order/row-order.js";
import type { RowStore } from "./rows.js";

/** Numbers of a table; loaded tables are float64, so that offsets such as time stamps keep their digits. */
export type TableValues = Float64Array | Float32Array;

/** Raw feature columns of one modality. */
export interface Modality {
  readonly name: string;
  readonly columns: readonly string[];
  /** Row-major [rows, columns.length]; NaN = missing. */
  readonly values: TableValues;
  /** Columns among them whose values are codes of categories. */
  readonly categories?: readonly CategoryLevels[];
  /** Columns among them whose values are times in milliseconds. */
  readonly dates?: readonly DatedColumn[];
  /** Codings of categories whose columns of 0 and 1 are among the columns. */
  readonly coded?: readonly CategoryCoding[];
  /** Codings of dates whose columns are among the columns. */
  readonly dated?: readonly DateCoding[];
}

/** One target column. */
export interface Target {
  readonly name: string;
  /** [rows], in the user's units; finite, except in a table loaded with optional targets (NaN = unknown). */
  readonly values: Float64Array;
  /** Labels of its classes, where its values are places among them. */
  readonly classes?: readonly string[];
}

/** Rows that were left out, and why. */
export interface DroppedRows {
  readonly reason: string;
  readonly count: number;
  /** Rows that they were among. */
  readonly of: number;
  /** Ids of the first few. */
  readonly examples: readonly string[];
  /** About a key that several of them have. */
  readonly repeated?: string;
  /** The user asked for it: the rows stand in no part of a split file. */
  readonly chosen?: true;
}

/** What happened between the files and the data set. */
export interface DataAccount {
  readonly files: readonly { readonly file: string; readonly rows: number }[];
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly dropped: readonly DroppedRows[];
  /** Sentences for the user; empty when every row is used and nothing is strange. */
  readonly messages: readonly string[];
  /** Those among them about losses that nobody should miss: more than a tenth of the rows, or rows of misspelled ids. */
  readonly losses: readonly string[];
  /** Those among them about numbers that may mean "missing". */
  readonly sentinels: readonly string[];
}

/** Missing feature values of one modality. */
export interface MissingInModality {
  /** Columns of the modality. */
  readonly columns: number;
  /** Cells without a value, of rows times columns. */
  readonly values: number;
  /** Rows that miss at least one value. */
  readonly rows: number;
  /** Rows among them that miss every value. */
  readonly absentRows: number;
  /** Columns that miss at least one value. */
  readonly columnsWithGaps: number;
  /** The few columns with most missing values, most first. */
  readonly most: readonly { readonly column: string; readonly values: number }[];
}

/** Missing feature values of a table, counted on the rows with a target, before `data.missing` leaves any out. */
export interface MissingValues {
  /** Rows that were counted. */
  readonly rows: number;
  /** Rows that miss at least one feature value. */
  readonly rowsWithGaps: number;
  readonly modalities: Readonly<Record<string, MissingInModality>>;
}

/** Row ids of the parts of a split. */
export interface SavedSplit extends Readonly<Record<"train" | "validation" | "test", readonly string[]>> {
  /** Rows that a split by time leaves out between its parts. */
  readonly leftOut?: readonly string[] | undefined;
}

/** A table with named modalities, ready to be split and prepared. Every array has `rows` rows in the same order. */
export interface Dataset {
  readonly rows: number;
  readonly rowIds: readonly string[];
  /** Modalities that are columns of a table. */
  readonly modalities: readonly Modality[];
  /** Rows of modalities of other kinds; none if left out. */
  readonly stores?: readonly RowStore[];
  /** Names of all modalities as the config has them; tables first if left out. */
  readonly order?: readonly string[];
  readonly targets: readonly Target[];
  /** Group of each row, when the config names a group column. */
  readonly group?: readonly string[];
  /** Where each row stands in time, when the config names a column of the order. */
  readonly ordering?: RowOrder;
  /** What is said where a column looks like the order of the rows, and the config names none. */
  readonly offeredOrder?: string;
  /** What is said where a column names people with several rows each, and the config names no group. */
  readonly offeredGroup?: string;
  /** What is said where windows of training rows hold targets of other parts. */
  readonly mixedPast?: string | undefined;
  /** Value of the split column of each row, when the split goes by column. */
  readonly splitLabels?: readonly string[];
  /** Text columns that were asked for beside the features, by name, [rows]; null = empty. */
  readonly labels: ReadonlyMap<string, readonly (string | null)[]>;
  /** Number columns that were asked for beside the features, by name, [rows]; NaN = missing. */
  readonly covariates: ReadonlyMap<string, Float64Array>;
  /** Columns among the covariates whose values are codes of categories. */
  readonly categories?: readonly CategoryLevels[];
  /** What is to be taken out of the features, when the config names confounds. */
  readonly confounds?: readonly ConfoundColumn[];
  /** Row ids of each part, when the split goes by file or by time; together all rows. */
  readonly savedSplit?: SavedSplit;
  readonly account: DataAccount;
  readonly missing: MissingValues;
}
