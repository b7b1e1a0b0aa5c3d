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
  const ofY = firstLayer(y, parameter("y"), new Float64Array(b1.length), rows);
  const units = b1.length;
  const second = new Float64Array(units);
  return (i, j) => {
    second.set(b2);
    for (let k = 0; k < units; k++) {
      const first = ofX[i * units + k] + ofY[j * units + k];
      if (first <= 0) continue;
      for (let o = 0; o < units; o++) second[o] += first * w2[k * units + o];
    }
    let t = b3;
    for (let o = 0; o < units; o++) t += Math.max(0, second[o]) * w3[o];
    return t;
  };
}

/** [rows, units] of the rows asked for; NaN of others, so that a row that was not asked for cannot pass for one that was. */
function firstLayer(
  columns: readonly Float64Array[],
  weights: ArrayLike<number>,
  bias: Float64Array,
  rows: ArrayLike<number>,
): Float64Array {
  const units = bias.length;
  const out = new Float64Array(columns[0].length * units).fill(Number.NaN);
  for (let p = 0; p < rows.length; p++) {
    const at = rows[p] * units;
    for (let k = 0; k < units; k++) {
      let sum = bias[k];
      for (let c = 0; c < columns.length; c++) sum += columns[c][rows[p]] * weights[c * units + k];
      out[at + k] = sum;
    }
  }
  return out;
}
