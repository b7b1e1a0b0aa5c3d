/** Which target columns a decomposition reads, and in what units. */
export interface RowFrame {
  readonly targets: number;
  /** Retained target columns. */
  readonly retained: readonly number[];
  /** Standard deviation of every target column. */
  readonly scale: readonly number[];
}

/**
 * Retained columns of target-shaped rows, centred and divided by the standard deviation of the target.
 * @param rows  [n, targets] row-major
 * @param means [targets], subtracted
 * @returns [n, retained.length]
 */
export function standardRows(frame: RowFrame, rows: Float64Array, means: readonly number[]): Float64Array {
  const { targets, retained, scale } = frame;
  const n = rows.length / targets;
  const d = retained.length;
  const out = new Float64Array(n * d);
  for (let t = 0; t < n; t++) {
    for (let j = 0; j < d; j++) {
      const column = retained[j];
      out[t * d + j] = (rows[t * targets + column] - means[column]) / scale[column];
    }
  }
  return out;
}
