import type { PidResult } from "../types.js";
import { cappedAtEntropy } from "./entropy-cap.js";
import { type ResidualRows, pidFromResiduals as readResiduals } from "./residuals.js";
import { entropyOfTies } from "./target-entropy.js";

/**
 * `pidFromResiduals` of a target as it is measured: of one with ties nothing is more than its entropy (`cappedAtEntropy`).
 * @throws as `pidFromResiduals` of residuals.ts does
 */
export function pidFromResiduals(rows: ResidualRows): PidResult {
  const { targets = 1, target } = rows;
  const columns = Array.from({ length: targets }, (_, j) => target.filter((_v, i) => i % targets === j));
  return cappedAtEntropy(readResiduals(rows), entropyOfTies(columns));
}
