import type { Dialect } from "../../config/dialect.js";
import type { FoundKey } from "./find-key.js";

/** A column with the reason why it is no feature. */
export interface LeftOut {
  readonly column: string;
  readonly why: string;
}

/** A modality as it will be written. */
export interface DraftModality {
  readonly name: string;
  /** Place of its table. */
  readonly table: number;
  /** A glob that may stand for its columns. */
  readonly pattern?: string;
  /** Columns of numbers. */
  readonly columns: readonly string[];
  readonly categories: readonly LeftOut[];
  readonly exclude: readonly LeftOut[];
  /** Remarks about columns that stay. */
  readonly remarks: readonly string[];
  readonly why: string;
}

/** One table as it will be named. */
export interface DraftTable {
  /** The name as the user wrote it. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly dialect: Dialect;
  readonly found: readonly string[];
  readonly open: readonly string[];
  /** Columns of dates, which are offered as features. */
  readonly dates: readonly string[];
  /** Columns that no modality has. */
  readonly unused: readonly LeftOut[];
}

/** A value of the config with the reason for it. */
export interface Reasoned<T> {
  readonly value: T;
  readonly why: string;
}

/** Shares of the rows for training and validation; the others are the test's. */
export interface Shares {
  readonly train: number;
  readonly validation: number;
}

/** What a config will say, with the reason for each guess. */
export interface Draft {
  readonly name: string;
  readonly tables: readonly DraftTable[];
  /** Place of the table with the target. */
  readonly main: number;
  /** Whether `data.file` names that table. */
  readonly namesFile: boolean;
  readonly key?: FoundKey;
  readonly targets: readonly string[];
  /** Why the values of the target are classes, where they are. */
  readonly classes?: string;
  readonly id?: Reasoned<string>;
  readonly group?: Reasoned<string>;
  readonly splitColumn?: Reasoned<string>;
  /** Shares of the split, where the usual ones do not do. */
  readonly shares?: Reasoned<Shares>;
  readonly order?: Reasoned<string>;
  readonly missingValues: readonly Reasoned<string | number>[];
  readonly missing?: Reasoned<"drop" | "mean">;
  readonly modalities: readonly DraftModality[];
  /** Sentences that belong to no key. */
  readonly remarks: readonly string[];
}
