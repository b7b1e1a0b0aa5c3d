/** Largest difference over columns. */
function distance(columns: readonly Float64Array[], a: number, b: number): number {
  let most = 0;
  for (const column of columns) most = Math.max(most, Math.abs(column[a] - column[b]));
  return most;
}

/** Rows in the order of the first column, so that a search can end where that column alone is too far away. */
function inOrder(first: Float64Array): Int32Array {
  return Int32Array.from(first.keys()).sort((a, b) => first[a] - first[b]);
}

/** Distance of each row to its k-th nearest other row. */
export function neighbourDistances(columns: readonly Float64Array[], n: number, k: number): Float64Array {
  const [first] = columns;
  const order = inOrder(first);
  const out = new Float64Array(n);
  const nearest = new Float64Array(k);
  const take = (d: number) => {
    let at = k - 1;
    for (; at > 0 && nearest[at - 1] > d; at--) nearest[at] = nearest[at - 1];
    nearest[at] = d;
  };
  for (let p = 0; p < n; p++) {
    const i = order[p];
    nearest.fill(Number.POSITIVE_INFINITY);
    let [below, above] = [p - 1, p + 1];
    for (;;) {
      const down = below >= 0 ? first[i] - first[order[below]] : Number.POSITIVE_INFINITY;
      const up = above < n ? first[order[above]] - first[i] : Number.POSITIVE_INFINITY;
      if (Math.min(down, up) >= nearest[k - 1]) break;
      const d = distance(columns, i, down <= up ? order[below--] : order[above++]);
      if (d < nearest[k - 1]) take(d);
    }
    out[i] = nearest[k - 1];
  }
  return out;
}

/** Other rows that are nearer than `reach` to each row. */
export function countsWithin(columns: readonly Float64Array[], reach: Float64Array): Int32Array {
  const [first] = columns;
  const order = inOrder(first);
  const counts = new Int32Array(reach.length);
  const end = (p: number, step: number) => {
    const i = order[p];
    let found = 0;
    for (let q = p + step; q >= 0 && q < order.length; q += step) {
      if (Math.abs(first[order[q]] - first[i]) >= reach[i]) break;
      if (columns.length === 1 || distance(columns, i, order[q]) < reach[i]) found++;
    }
    return found;
  };
  for (let p = 0; p < order.length; p++) counts[order[p]] = end(p, 1) + end(p, -1);
  return counts;
}
