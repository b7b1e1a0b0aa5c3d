/** Columns of one modality of rows in memory. */
export interface ImportanceColumns {
  readonly columns: readonly string[];
  /** Row-major [rows, columns], finite; read in single precision. */
  readonly values: ArrayLike<number>;
}

/** What `permutationImportance` takes. */
export interface ImportanceOptions {
  readonly modalities: Readonly<Record<string, ImportanceColumns>>;
  /** True values, [rows]. */
  readonly truth: ArrayLike<number>;
  /** Any model: predicts as many rows as each modality of `rows` has, row-major as those given. */
  readonly predict: (
    rows: Readonly<Record<string, Float64Array>>,
    count: number,
  ) => ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Group of each row; rows then take values from other groups, and intervals draw whole groups. */
  readonly groups?: readonly string[];
  /** Permutations; 5 if left out. */
  readonly repeats?: number;
  /** 1 if left out. */
  readonly seed?: number;
}

/** How much the root mean squared error grows where something is permuted, with its 95 % interval. */
export interface Importance {
  readonly modality: string;
  /** One column, a group of correlated ones (any two with |r| >= 0.7 on these rows), a region of FreeSurfer's names, or all. */
  readonly kind: "modality" | "column" | "group" | "region" | "side" | "hemisphere";
  readonly name: string;
  readonly columns: readonly string[];
  readonly increase: number;
  readonly low: number;
  readonly high: number;
}
