/**
 * Piecewise linear map through knots, constant beyond them.
 * @param xs ascending, all different
 * @param ys of the knots
 */
export function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  const last = xs.length - 1;
  if (x <= xs[0]) return ys[0];
  if (x >= xs[last]) return ys[last];
  return between(xs, ys, x, 0, last);
}

/**
 * The same map for many values, to the last bit: an index of equal steps tells between which knots a value may lie, so that few
 * have to be looked at unless the knots crowd together.
 */
export function indexedMap(xs: readonly number[], ys: readonly number[]): (x: number) => number {
  const last = xs.length - 1;
  const steps = 2 * xs.length;
  const start = xs[0] / 2;
  const scale = steps / (xs[last] / 2 - start);
  if (!Number.isFinite(scale)) return (x) => interpolate(xs, ys, x);
  // Never falls as x rises, rounding or not: a knot of an earlier step is at most x, one of a later step more.
  const stepOf = (x: number) => Math.min(steps - 1, Math.floor((x / 2 - start) * scale));
  const before = lastBefore(xs.map(stepOf), steps);
  return (x) => {
    if (x <= xs[0]) return ys[0];
    if (x >= xs[last]) return ys[last];
    const step = stepOf(x);
    return between(xs, ys, x, before[step], Math.min(last, before[step + 1] + 1));
  };
}

/** [steps + 1] the last knot of an earlier step; the first knot where there is none. @param stepsOf knots, ascending */
function lastBefore(stepsOf: readonly number[], steps: number): Int32Array {
  const before = new Int32Array(steps + 1);
  for (let step = 0, knot = 0; step <= steps; step++) {
    while (knot < stepsOf.length && stepsOf[knot] < step) knot++;
    before[step] = Math.max(0, knot - 1);
  }
  return before;
}

/** Halved operands: the difference of two finite numbers may overflow. */
function between(xs: readonly number[], ys: readonly number[], x: number, below: number, above: number): number {
  let low = below;
  let high = above;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  const t = (x / 2 - xs[low] / 2) / (xs[high] / 2 - xs[low] / 2);
  return ys[low] + t * (ys[high] - ys[low]);
}
