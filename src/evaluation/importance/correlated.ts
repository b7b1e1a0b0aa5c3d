/** Columns of which any two correlate, positively or negatively, at least this much, are one group. */
export const correlatedFrom = 0.7;

/**
 * Groups of correlated columns by complete linkage: any two columns of a group have |r| of at least `threshold`.
 * Agglomerative, by the nearest-neighbour chain, which finds the same tree as merging the closest pair each time (Murtagh
 * 1983: complete linkage is reducible).
 *
 * @param values    row-major [rows, width], finite; a constant column correlates with none
 * @returns groups of column numbers that cover all columns, each ascending, in the order of their first columns
 */
export function correlatedGroups(values: ArrayLike<number>, width: number, threshold = correlatedFrom): number[][] {
  const likeness = absoluteCorrelations(values, width);
  const parents = Int32Array.from({ length: width }, (_, i) => i);
  const rootOf = (i: number): number => (parents[i] === i ? i : rootOf(parents[i]));
  for (const [a, b, alike] of completeLinkage(likeness, width)) if (alike >= threshold) parents[rootOf(b)] = rootOf(a);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < width; i++) {
    const root = rootOf(i);
    const known = groups.get(root);
    if (known === undefined) groups.set(root, [i]);
    else known.push(i);
  }
  return [...groups.values()];
}

/** |r| of all pairs of columns, [width, width]; 0 with a constant column. */
export function absoluteCorrelations(values: ArrayLike<number>, width: number): Float64Array {
  const rows = values.length / width;
  const columns = Array.from({ length: width }, (_, j) => unitColumn(values, width, j, rows));
  const out = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    out[a * width + a] = 1;
    for (let b = 0; b < a; b++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += columns[a][i] * columns[b][i];
      out[a * width + b] = out[b * width + a] = Math.min(1, Math.abs(sum));
    }
  }
  return out;
}

/** A column less its mean, of length 1; zeros for a constant one. */
function unitColumn(values: ArrayLike<number>, width: number, j: number, rows: number): Float64Array {
  const column = Float64Array.from({ length: rows }, (_, i) => values[i * width + j]);
  const centre = column.reduce((sum, value) => sum + value, 0) / rows;
  const length = Math.sqrt(column.reduce((sum, value) => sum + (value - centre) ** 2, 0));
  return column.map((value) => (length > 1e-12 * Math.abs(centre) * Math.sqrt(rows) ? (value - centre) / length : 0));
}

/** All merges of complete linkage: two members of the sets that become one, and how alike these are. */
function* completeLinkage(
  likeness: Float64Array,
  width: number,
): Generator<readonly [a: number, b: number, alike: number]> {
  const between = Float64Array.from(likeness);
  const alive = new Set(Array.from({ length: width }, (_, i) => i));
  const chain: number[] = [];
  while (alive.size > 1) {
    if (chain.length === 0) chain.push(Math.min(...alive));
    const end = chain[chain.length - 1];
    const before = chain[chain.length - 2];
    const nearest = nearestTo(end, before, between, alive, width);
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.splice(-2);
    yield [before, end, between[before * width + end]];
    alive.delete(end);
    for (const other of alive) {
      const least = Math.min(between[before * width + other], between[end * width + other]);
      between[before * width + other] = between[other * width + before] = least;
    }
  }
}

/** The set most like another one; of several the one before it in the chain, else the first. */
function nearestTo(
  set: number,
  before: number | undefined,
  between: Float64Array,
  alive: ReadonlySet<number>,
  width: number,
): number {
  let nearest = before ?? -1;
  for (const other of alive) {
    if (other === set) continue;
    if (nearest === -1 || between[set * width + other] > between[set * width + nearest]) nearest = other;
  }
  return nearest;
}
