import { hidden } from "./network.js";

/** A fitted critic: t(x_i, y_j) of two row numbers, nats, in float64. */
export type Critic = (i: number, j: number) => number;

/**
 * The critic of `criticNetwork` with these weights. The part of the first layer that each row has is computed once.
 * @param parameter weights by name
 * @param x         columns, each [rows]
 * @param y         columns, each [rows]
 * @param rows      rows that will be asked for
 */
export function criticOf(
  parameter: (name: string) => ArrayLike<number>,
  x: readonly Float64Array[],
  y: readonly Float64Array[],
  rows: ArrayLike<number>,
): Critic {
  const [b1, b2, w3, [b3]] = ["b1", "b2", "w3", "b3"].map((name) => Float64Array.from(parameter(name)));
  const w2 = Float64Array.from(parameter("w2"));
  const ofX = firstLayer(x, parameter("x"), b1, rows);
  const ofY = firstLayer(y, parameter("y"), new Float64Array(hidden), rows);
  const second = new Float64Array(hidden);
  return (i, j) => {
    second.set(b2);
    for (let k = 0; k < hidden; k++) {
      const first = ofX[i * hidden + k] + ofY[j * hidden + k];
      if (first <= 0) continue;
      for (let o = 0; o < hidden; o++) second[o] += first * w2[k * hidden + o];
    }
    let t = b3;
    for (let o = 0; o < hidden; o++) t += Math.max(0, second[o]) * w3[o];
    return t;
  };
}

/** [rows, hidden] of the rows asked for; NaN of others, so that a row that was not asked for cannot pass for one that was. */
function firstLayer(
  columns: readonly Float64Array[],
  weights: ArrayLike<number>,
  bias: Float64Array,
  rows: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(columns[0].length * hidden).fill(Number.NaN);
  for (let p = 0; p < rows.length; p++) {
    const at = rows[p] * hidden;
    for (let k = 0; k < hidden; k++) {
      let sum = bias[k];
      for (let c = 0; c < columns.length; c++) sum += columns[c][rows[p]] * weights[c * hidden + k];
      out[at + k] = sum;
    }
  }
  return out;
}
