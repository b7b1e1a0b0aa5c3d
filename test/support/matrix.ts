/** Plain float64 matrices of the reference implementations in tests: arrays of rows. */
export type Rows = number[][];

export function toRows(values: ArrayLike<number>, columns: number): Rows {
  return Array.from({ length: values.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i * columns + j]),
  );
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** exp(-|a_i - b_j|^2 / (2 s^2)). */
export function kernelMatrix(a: Rows, b: Rows, s: number): Rows {
  return a.map((p) => b.map((q) => Math.exp(-sum(p.map((v, k) => (v - q[k]) ** 2)) / (2 * s * s))));
}
