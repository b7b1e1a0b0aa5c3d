/**
 * Median Euclidean distance between pairs of different rows, in float64: the usual scale of a Gaussian kernel.
 * With more than `maxRows` rows an evenly spaced subset of that size is used, so that equal input gives an equal result
 * without a generator. For an even number of pairs the mean of the two middle distances.
 * @param rows    [n, d] row-major
 * @param n       at least 2
 * @param maxRows at least 2; the work is maxRows^2 d / 2
 * @returns units of the rows; 0 when more than half of the pairs coincide, which is no usable kernel width
 * @throws RangeError for other sizes or an entry that is not finite
 */
export function medianPairwiseDistance(rows: Float32Array, n: number, d: number, maxRows = 512): number {
  checkSizes(rows, n, d, maxRows);
  const kept = Math.min(n, maxRows);
  const subset = new Float64Array(kept * d);
  for (let i = 0; i < kept; i++) {
    const from = spacedRow(i, n, kept) * d;
    subset.set(rows.subarray(from, from + d), i * d);
  }
  const bad = subset.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const row = spacedRow(Math.floor(bad / d), n, kept);
    throw new RangeError(`rows: every entry must be finite, got ${subset[bad]} in row ${row}, column ${bad % d}`);
  }
  const squares = squaredDistances(subset, kept, d);
  const upper = squares.length >> 1;
  const high = select(squares, upper);
  if (squares.length % 2 === 1) return Math.sqrt(high);
  // `select` has moved everything smaller in front of the position it selected.
  let low = 0;
  for (let k = 0; k < upper; k++) low = Math.max(low, squares[k]);
  return (Math.sqrt(low) + Math.sqrt(high)) / 2;
}

function checkSizes(rows: Float32Array, n: number, d: number, maxRows: number): void {
  const atLeast = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name}: expected an integer of at least ${least}, got ${value}`);
    }
  };
  atLeast("n", n, 2);
  atLeast("d", d, 1);
  atLeast("maxRows", maxRows, 2);
  if (rows.length !== n * d) throw new RangeError(`rows: expected n d = ${n * d} values, got ${rows.length}`);
}

/** Row number `i` of `kept` rows spread evenly over n. */
function spacedRow(i: number, n: number, kept: number): number {
  return Math.floor((i * n) / kept);
}

function squaredDistances(points: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0, a = i * d, b = j * d; k < d; k++) {
        const difference = points[a++] - points[b++];
        sum += difference * difference;
      }
      out[at++] = sum;
    }
  }
  return out;
}

/** The value of rank `target` (from 0); reorders `values` so that no value in front of it is larger (Hoare's quickselect). */
function select(values: Float64Array, target: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = medianOfThree(values[left], values[(left + right) >> 1], values[right]);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i++] = values[j];
        values[j--] = swap;
      }
    }
    if (target <= j) right = j;
    else if (target >= i) left = i;
    else break;
  }
  return values[target];
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
