/** Softmax of every row, [rows, classes]. */
export function softmaxOf(logits: Float64Array, classes: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let y = 0; y < classes; y++) most = Math.max(most, logits[from + y]);
    let sum = 0;
    for (let y = 0; y < classes; y++) {
      out[from + y] = Math.exp(logits[from + y] - most);
      sum += out[from + y];
    }
    for (let y = 0; y < classes; y++) out[from + y] /= sum;
  }
  return out;
}
