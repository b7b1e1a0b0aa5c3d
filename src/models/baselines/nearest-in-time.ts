/** How the baseline is called, in files, in sentences and in tables. */
export const nearestInTime = {
  name: "nearest-in-time",
  called: "the nearest training rows in time",
  label: "nearest-in-time (knows no feature)",
} as const;

/** A baseline as tables show it. */
export function baselineLabel(name: string): string {
  return name === nearestInTime.name ? nearestInTime.label : name;
}

/**
 * Predicts from where a row stands in an order and from no feature: the line between the training rows before and after it,
 * the mean of the training rows at its own place, and beyond the last of them the value at that end. What a model must beat
 * on rows that stand among its training rows to know more than how to fill gaps.
 * @param order   [rows] place of each training row, finite
 * @param targets [rows, width] row-major
 * @returns predictions [rows, width] of rows at the given places
 */
export function fitNearestInTime(
  order: Float64Array,
  targets: Float64Array,
): (places: ArrayLike<number>) => Float64Array {
  const width = targets.length / order.length;
  const { at, means } = meansByPlace(order, targets, width);
  return (places) => {
    const out = new Float64Array(places.length * width);
    for (let i = 0; i < places.length; i++) {
      const after = firstNotBelow(at, places[i]);
      const [low, high] = [Math.max(0, after - 1), Math.min(after, at.length - 1)];
      const span = at[high] - at[low];
      const share = after === 0 || span === 0 ? 1 : Math.min(1, (places[i] - at[low]) / span);
      for (let t = 0; t < width; t++) {
        out[i * width + t] = (1 - share) * means[low * width + t] + share * means[high * width + t];
      }
    }
    return out;
  };
}

/** Places in ascending order, each once, with the mean target of the rows there. */
function meansByPlace(order: Float64Array, targets: Float64Array, width: number) {
  const rows = Int32Array.from(order, (_, row) => row).sort((a, b) => order[a] - order[b] || a - b);
  const at: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (const row of rows) {
    if (at.at(-1) !== order[row]) {
      at.push(order[row]);
      counts.push(0);
      for (let t = 0; t < width; t++) sums.push(0);
    }
    counts[counts.length - 1]++;
    for (let t = 0; t < width; t++) sums[sums.length - width + t] += targets[row * width + t];
  }
  return { at, means: sums.map((sum, i) => sum / counts[Math.floor(i / width)]) };
}

/** Index of the first place that is not below the value; their number if all are. */
function firstNotBelow(at: readonly number[], value: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
