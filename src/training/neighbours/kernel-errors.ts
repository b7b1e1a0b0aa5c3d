import { ascendingOrder } from "../../math/ascending-order.js";
import { median } from "../../math/descriptive.js";
import { silence } from "../../models/neighbours.js";

/** Training rows by their places, and what is looked at from where. */
export interface Surroundings {
  /** Places of training rows, row-major [n, D]; coordinates that differ most come first. */
  readonly places: Float32Array;
  /** Errors at them, row-major [n, dm]. */
  readonly errors: Float64Array;
  /** Places of the rows that look, row-major [rows, D]. */
  readonly seenFrom: Float32Array;
  /** D. */
  readonly width: number;
}

/** Rows that the distance of the nearest is told from at most. */
const mostLooking = 500;
/** Exponents of the kernel beyond which it counts as 0. */
const far = 16;

/** Median over rows that look of the squared distance of the nearest training row; 0 where most have one in their own place. */
export function nearestDistance({ places, seenFrom, width }: Omit<Surroundings, "errors">): number {
  const rows = seenFrom.length / width;
  const count = Math.min(rows, mostLooking);
  return median(
    Float64Array.from({ length: count }, (_, i) => {
      const from = Math.floor((i * rows) / count) * width;
      let nearest = Number.POSITIVE_INFINITY;
      for (let at = 0; at < places.length; at += width) {
        nearest = Math.min(nearest, squaredDistance(seenFrom, from, places, at, width, nearest));
      }
      return nearest;
    }),
  );
}

/**
 * What the errors of near training rows come to, per reach: see `Neighbours.errors`, with kernels exp(-|p - s_i|^2 / reach).
 * @param reaches squared distances at which a kernel has fallen to 1/e, each twice the one before
 * @returns per reach row-major [rows, dm]
 */
export function kernelErrors(given: Surroundings, reaches: readonly number[]): Float64Array[] {
  const { seenFrom, width } = given;
  const rows = seenFrom.length / width;
  const { places, errors } = alongFirst(given);
  const n = places.length / width;
  const targets = errors.length / n;
  const widest = reaches[reaches.length - 1];
  const out = reaches.map(() => new Float64Array(rows * targets));
  const weights = new Float64Array(reaches.length);
  for (let r = 0; r < rows; r++) {
    weights.fill(silence);
    const first = seenFrom[r * width];
    const [from, to] = [-1, 1].map((side) => firstAbove(places, width, first + side * Math.sqrt(far * widest)));
    for (let i = from; i < to; i++) {
      const distance = squaredDistance(seenFrom, r * width, places, i * width, width, far * widest);
      if (distance >= far * widest) continue;
      // half the reach is the square of the kernel
      let kernel = Math.exp(-distance / widest);
      for (let k = reaches.length - 1; k >= 0; k--) {
        weights[k] += kernel;
        for (let t = 0; t < targets; t++) out[k][r * targets + t] += kernel * errors[i * targets + t];
        kernel *= kernel;
      }
    }
    for (const [k, own] of out.entries()) for (let t = 0; t < targets; t++) own[r * targets + t] /= weights[k];
  }
  return out;
}

/** Training rows in the order of their first coordinate, in which they differ most. */
function alongFirst({ places, errors, width }: Surroundings): Pick<Surroundings, "places" | "errors"> {
  const n = places.length / width;
  const targets = errors.length / n;
  const order = ascendingOrder(Float64Array.from({ length: n }, (_, i) => places[i * width]));
  const sorted = { places: new Float32Array(places.length), errors: new Float64Array(errors.length) };
  order.forEach((row, i) => {
    sorted.places.set(places.subarray(row * width, (row + 1) * width), i * width);
    sorted.errors.set(errors.subarray(row * targets, (row + 1) * targets), i * targets);
  });
  return sorted;
}

/** Number of places whose first coordinate is at most `value`. */
function firstAbove(places: Float32Array, width: number, value: number): number {
  let [low, high] = [0, places.length / width];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle * width] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of two rows; at least `enough` as soon as it is known to be. */
function squaredDistance(
  a: Float32Array,
  fromA: number,
  b: Float32Array,
  fromB: number,
  width: number,
  enough: number,
): number {
  let sum = 0;
  for (let k = 0; k < width; k += block) {
    const end = Math.min(width, k + block);
    for (let j = k; j < end; j++) {
      const difference = a[fromA + j] - b[fromB + j];
      sum += difference * difference;
    }
    if (sum >= enough) return sum;
  }
  return sum;
}

/** Coordinates between two looks at what a distance has come to. */
const block = 4;
