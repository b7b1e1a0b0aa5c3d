import { normalCdf } from "../../math/special.js";
import { normalDense, normalPair, normalTwoPairs } from "./normal.js";
import { student } from "./student.js";
import { type BenchmarkTask, mapped, type RowMap } from "./task.js";

const each =
  (map: (value: number) => number): RowMap =>
  (values) =>
    values.map(map);

const halfCube = (v: number) => v * Math.sqrt(Math.abs(v));
/** Two maps with waves in them that still increase. */
const wavesX = (v: number) => v + 0.4 * Math.sin(v) + 0.2 * Math.sin(1.7 * v + 1) + 0.03 * Math.sin(3.3 * v - 2.5);
const wavesY = (v: number) =>
  v - 0.4 * Math.sin(0.4 * v) + 0.17 * Math.sin(1.3 * v + 3.5) + 0.02 * Math.sin(4.3 * v - 2.5);
const power = (exponent: number) => (v: number) => Math.sign(v) * Math.abs(v) ** exponent;

/** Inverse of the distribution function of a mixture of normal laws of variance 1, by bisection. */
function mixtureQuantile(parts: readonly (readonly [weight: number, centre: number])[]): (p: number) => number {
  const cdf = (v: number) => parts.reduce((sum, [weight, centre]) => sum + weight * normalCdf(v - centre), 0);
  return (p) => {
    let [low, high] = [-12, 12];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (cdf(middle) < p) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
}

/** A point of a spiral in the plane, one for each value. */
const swissRoll: RowMap = ([v]) => {
  const t = 1.5 * Math.PI * (1 + 2 * normalCdf(v));
  return [(t * Math.cos(t)) / 21, (t * Math.sin(t)) / 21];
};

/** Turns the plane of axes a and b by an angle. */
function turned(values: readonly number[], a: number, b: number, angle: number): number[] {
  const out = [...values];
  out[a] = Math.cos(angle) * values[a] - Math.sin(angle) * values[b];
  out[b] = Math.sin(angle) * values[a] + Math.cos(angle) * values[b];
  return out;
}

/** Turns a plane by as much as the squared length over the dimension says: lengths stay, so it can be undone. */
const spiral =
  (a: number, b: number): RowMap =>
  (values) =>
    turned(values, a, b, values.reduce((sum, v) => sum + v * v, 0) / values.length);

/** Turns every plane of neighbouring axes by one radian. */
const rotation: RowMap = (values) =>
  values.slice(1).reduce<readonly number[]>((turning, _, i) => turned(turning, i, i + 1, 1), values);

const bimodal = (parts: readonly (readonly [number, number])[]) => {
  const quantile = mixtureQuantile(parts);
  return each((v) => quantile(normalCdf(v)));
};

const both = (map: RowMap) => ({ x: map, y: map });
const dense = normalDense(3);
const pairs = normalTwoPairs(3);

/** Tasks whose sides went through maps that can be undone. */
export const transformedTasks: readonly BenchmarkTask[] = [
  mapped(normalPair, "half-cube-1x1", both(each(halfCube))),
  mapped(normalPair, "power-1x1", both(each(power(3)))),
  mapped(normalPair, "waves-1x1", { x: each(wavesX), y: each(wavesY) }),
  mapped(student(1, 1, 1), "asinh-student-1-1-1", both(each(Math.asinh))),
  mapped(normalPair, "uniform-margins-1x1", both(each(normalCdf))),
  mapped(dense, "uniform-margins-dense-3", both(each(normalCdf))),
  mapped(pairs, "uniform-margins-2pair-3", both(each(normalCdf))),
  mapped(normalPair, "bimodal-1x1", {
    x: bimodal([
      [0.5, -1],
      [0.5, 3],
    ]),
    y: bimodal([
      [0.3, 0],
      [0.7, 5],
    ]),
  }),
  mapped(normalPair, "swiss-roll-2x1", { x: swissRoll, y: each(normalCdf) }),
  ...[3, 5].map((d) => mapped(normalTwoPairs(d), `spiral-${d}`, { x: spiral(0, 1), y: spiral(1, 2) })),
  mapped(pairs, "rotate-3", both(rotation)),
];
