import type { EstimatorName } from "../../mi/estimators/estimator-names.js";
import type { MissingPolicy } from "../../pid/covariance/streaming-covariance.js";
import type { ConfigRows } from "../decompose/opened-rows.js";
import type { DecomposeArguments } from "../decompose/options.js";
import type { DialectArguments } from "../dialect-options.js";

/** Arguments of `pidreg mi`. */
export interface MiArguments extends DialectArguments {
  /** Config whose rows are read. */
  config?: string;
  part?: ConfigRows["part"];
  set?: string[];
  data?: string;
  target?: string;
  modality?: string[];
  /** Two modalities, with a comma: what they tell about one another. */
  between?: string;
  /** Estimators, with commas. */
  estimator?: string;
  "target-kind": "auto" | "class" | "number";
  category?: string;
  group?: string;
  missing: MissingPolicy;
  "missing-values"?: string;
  seed: number;
  folds?: number;
  figure?: string;
  json: boolean;
  /** Run tasks whose information is known, in place of a table. */
  benchmark: boolean;
  /** Ids of tasks or globs, with commas. */
  tasks?: string;
  rows?: number;
  seeds?: number;
}

/** The choices of reading, as `pidreg decompose` has them. */
export function readingArguments(
  args: MiArguments,
  between: readonly [string, string] | undefined,
): DecomposeArguments {
  return {
    ...args,
    rows: undefined,
    readFor: "mi",
    between,
    transform: "none",
    "transform-modalities": false,
    measure: "broja",
    estimator: "auto",
    bootstrap: 0,
    permutations: 0,
    level: 0.95,
    stream: false,
  };
}

/** What was asked for, checked. */
export interface MiRequest {
  readonly reading: DecomposeArguments;
  readonly estimators: readonly EstimatorName[];
  readonly seed: number;
  readonly folds: number | undefined;
}
