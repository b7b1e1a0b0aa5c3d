import { mean } from "../../math/descriptive.js";
import type { PidRegArchitecture } from "../../models/architecture.js";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import { gaussianPid } from "../../pid/closed-form/gaussian-pid.js";
import { secondReadingOf } from "../../pid/closed-form/second-reading.js";
import type { PidMeasure, PidResult } from "../../pid/types.js";
import type { LatentTable } from "./readouts.js";

/**
 * The published estimate (arXiv 2512.22102): mean over batches of the plug-in decomposition of each batch's covariance of
 * target and latents, without correction and without products. The last, incomplete batch is left out.
 * It is far too large for many latents: pure noise looks informative in a batch.
 */
export function batchPid(
  table: LatentTable,
  names: readonly string[],
  { latentDim, targets }: PidRegArchitecture,
  batchSize: number,
): PidResult {
  const sources = names.map((name) => ({ name, size: latentDim }));
  const batches = Math.max(1, Math.floor(table.rows / batchSize));
  const rows = Math.min(batchSize, table.rows);
  const readings = (measure: PidMeasure) =>
    Array.from({ length: batches }, (_, b) =>
      gaussianPid(batchCovariance(table, b * rows, rows), { targets, sources }, { n: rows, details: false, measure }),
    );
  const each = readings("broja");
  return {
    ...each[0],
    ...combineValues(each, mean),
    ...(names.length === 2
      ? { secondReading: secondReadingOf("idep", combineValues(readings("idep"), mean), null) }
      : {}),
    n: table.rows,
    flags: [...new Set(each.flatMap(({ flags }) => flags))],
  };
}

/** Covariance (n - 1) of target and latents over `rows` rows from `start`, flat row-major. */
function batchCovariance({ latents, target, rows: all }: LatentTable, start: number, rows: number): Float64Array {
  const targets = target.length / all;
  const width = latents.length / all;
  const n = targets + width;
  const columns = Array.from({ length: n }, (_, j) => {
    const column = Float64Array.from({ length: rows }, (_, i) =>
      j < targets ? target[(start + i) * targets + j] : latents[(start + i) * width + j - targets],
    );
    const mean = column.reduce((a, b) => a + b, 0) / rows;
    return column.map((value) => value - mean);
  });
  const covariance = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += columns[j][i] * columns[k][i];
      covariance[j * n + k] = covariance[k * n + j] = sum / (rows - 1);
    }
  }
  return covariance;
}
