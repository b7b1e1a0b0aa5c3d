import type { CrossvalResults } from "../crossval-results.js";

/** What a cross-validation found for a target, as far as it is compared. */
type ComparedTarget = Pick<CrossvalResults["targets"][string], "intervals" | "calibration" | "coverage">;

/** Cross-validations on the same folds, as plain data: what `pidreg compare STUDY STUDY --json` prints. */
export interface StudyComparison {
  readonly kind: "crossval";
  /** Left out where it is regression. */
  readonly task?: string;
  readonly targets: readonly string[];
  /** By target, of those that have one. */
  readonly units: Readonly<Record<string, string>>;
  /** Rows that are tested in the folds of the first repeat. */
  readonly rows: number;
  readonly folds: number;
  readonly configs: readonly (NonNullable<CrossvalResults["configs"]>[number] & {
    /** Study folder. */
    readonly folder: string;
    readonly targets: Readonly<Record<string, ComparedTarget>>;
  })[];
  /** Every metric of a config minus that of the first, paired by repeat and fold, with the corrected interval. */
  readonly paired: NonNullable<CrossvalResults["paired"]>;
}
