import { logGamma } from "../../math/chi-square.js";
import { digamma } from "../../math/special.js";
import { type BenchmarkTask, rowTask } from "./task.js";

/** Entropy of a k-dimensional t law of unit dispersion, nats. */
function entropy(k: number, nu: number): number {
  const half = (nu + k) / 2;
  return (
    -logGamma(half) + logGamma(nu / 2) + (k / 2) * Math.log(nu * Math.PI) + half * (digamma(half) - digamma(nu / 2))
  );
}

function logDensity(k: number, nu: number, square: number): number {
  const half = (nu + k) / 2;
  return logGamma(half) - logGamma(nu / 2) - (k / 2) * Math.log(nu * Math.PI) - half * Math.log1p(square / nu);
}

/** Normal columns divided by one common random length: uncorrelated, and large together. Unit dispersion. */
export function student(dimX: number, dimY: number, nu: number): BenchmarkTask {
  const nats = entropy(dimX, nu) + entropy(dimY, nu) - entropy(dimX + dimY, nu);
  return rowTask(`student-${dimX}-${dimY}-${nu}`, nats / Math.LN2, null, (rng) => {
    let chi = 0;
    for (let k = 0; k < nu; k++) chi += rng.normal() ** 2;
    const scale = 1 / Math.sqrt(chi / nu);
    const side = (d: number) => Array.from({ length: d }, () => scale * rng.normal());
    const [x, y] = [side(dimX), side(dimY)];
    const square = (values: readonly number[]) => values.reduce((sum, v) => sum + v * v, 0);
    const [inX, inY] = [square(x), square(y)];
    const pointwise = logDensity(dimX + dimY, nu, inX + inY) - logDensity(dimX, nu, inX) - logDensity(dimY, nu, inY);
    return { x, y, pointwise };
  });
}

/** Dimensions of both sides and degrees of freedom. */
export const studentTasks: readonly BenchmarkTask[] = (
  [
    [1, 1, 1],
    [1, 1, 3],
    [2, 2, 1],
    [2, 2, 2],
    [2, 2, 3],
    [3, 3, 2],
    [3, 3, 3],
    [5, 5, 2],
    [5, 5, 3],
  ] as const
).map(([x, y, nu]) => student(x, y, nu));
