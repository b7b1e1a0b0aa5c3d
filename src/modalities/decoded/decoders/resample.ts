/** How the places of one axis are read off another: for each the first, and the weights from there on. */
interface AxisWeights {
  readonly starts: Int32Array;
  readonly weights: readonly Float64Array[];
}

/**
 * Weights of an axis of `size` places that becomes one of `to` places, `step` old places apart, around the same middle: a
 * triangle as wide as the larger of the two steps, so that many places become their mean and few a line between them. Places
 * outside the axis count as 0.
 */
export function axisWeights(size: number, to: number, step: number): AxisWeights {
  const reach = Math.max(1, step);
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = (i - (to - 1) / 2) * step + (size - 1) / 2;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(size - 1, Math.floor(centre + reach));
    starts[i] = Math.min(first, size - 1);
    const own = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_w, k) =>
      Math.max(0, 1 - Math.abs(first + k - centre) / reach),
    );
    const inside = centre >= -0.5 && centre <= size - 0.5;
    const sum = own.reduce((total, weight) => total + weight, 0);
    return inside && sum > 0 ? own.map((weight) => weight / sum) : new Float64Array(0);
  });
  return { starts, weights };
}

/**
 * Resamples a volume axis by axis.
 * @param values [shape], last axis fastest
 * @param to     shape of the result
 * @param steps  old places from one new place to the next, by axis; the whole axis if left out
 */
export function resample(
  values: Float32Array,
  shape: readonly number[],
  to: readonly number[],
  steps: readonly number[] = shape.map((size, axis) => size / to[axis]),
): Float32Array {
  let current = values;
  const sizes = [...shape];
  // The axis that shrinks most first: what follows is then less.
  const order = shape.map((_, axis) => axis).sort((a, b) => to[a] / shape[a] - to[b] / shape[b]);
  for (const axis of order) {
    if (sizes[axis] === to[axis] && steps[axis] === 1) continue;
    current = resampleAxis(current, sizes, axis, axisWeights(sizes[axis], to[axis], steps[axis]));
    sizes[axis] = to[axis];
  }
  return current;
}

function resampleAxis(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  { starts, weights }: AxisWeights,
): Float32Array {
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const size = shape[axis];
  const to = weights.length;
  const out = new Float32Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < to; i++) {
      const at = (o * to + i) * inner;
      weights[i].forEach((weight, k) => {
        const from = (o * size + starts[i] + k) * inner;
        for (let j = 0; j < inner; j++) out[at + j] += weight * values[from + j];
      });
    }
  }
  return out;
}
