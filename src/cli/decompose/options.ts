import type { MissingPolicy } from "../../pid/covariance/streaming-covariance.js";
import type { PidTransform } from "../../pid/estimate/data-columns.js";
import type { GaussianEstimator } from "../../pid/estimate/estimate-types.js";
import { type PidMeasure, pidMeasures } from "../../pid/types.js";
import type { DialectArguments } from "../dialect-options.js";
import type { ConfigRows } from "./opened-rows.js";

/** Measures of `--measure`: flows are read beside the atoms of the Gaussian reading, broja. */
export const chosenMeasures = [...pidMeasures, "flow"] as const;
export type ChosenMeasure = (typeof chosenMeasures)[number];

/** How the Gaussian reading counts. */
export function gaussianMeasure(measure: ChosenMeasure): PidMeasure {
  return measure === "flow" ? "broja" : measure;
}

/** Arguments of `pidreg decompose`. */
export interface DecomposeArguments extends DialectArguments {
  /** Rows that are read for another command, as `decompose` would read them. */
  readFor?: "mi";
  /** Two modalities that are read alone, without a target. */
  between?: readonly [string, string];
  /** Config whose rows are decomposed. */
  config?: string;
  /** Overrides of its keys, `path.to.key=value`. */
  set?: string[];
  /** Its rows, once they are read. */
  rows?: ConfigRows;
  /** Which of them. */
  part?: ConfigRows["part"];
  data?: string;
  covariance?: string;
  target?: string;
  modality?: string[];
  "target-kind": "auto" | "class" | "number";
  /** Columns of modalities that hold categories. */
  category?: string;
  by?: string;
  group?: string;
  measure: ChosenMeasure;
  transform: PidTransform;
  "transform-modalities": boolean;
  estimator: GaussianEstimator | "auto";
  missing: MissingPolicy;
  "missing-values"?: string;
  bootstrap: number;
  permutations: number;
  level: number;
  seed: number;
  /** undefined: where it takes 20 seconds or less */
  check?: boolean;
  /** true: the same as `check` false */
  "no-check"?: boolean;
  stream: boolean;
  /** File for the moments of the rows, which are then not decomposed. */
  partial?: string;
  /** Such files, whose rows are decomposed together. */
  merge?: string[];
  /** Moments of all shards, around which the products of residuals of one are gathered. */
  around?: string;
  /** Files of such products, of all shards. */
  errors?: string[];
  local?: string;
  figure?: string;
  json: boolean;
}
