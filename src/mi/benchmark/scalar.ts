import type { Rng } from "../../math/rng.js";
import { digamma } from "../../math/special.js";
import { type BenchmarkTask, rowTask } from "./task.js";

/** x uniform on (0, 1), y = x plus uniform noise on (-e, e). */
export function uniformAdditive(e: number): BenchmarkTask {
  const bits = e <= 0.5 ? (e - Math.log(2 * e)) / Math.LN2 : 1 / (4 * e * Math.LN2);
  return rowTask(`uniform-additive-${e}`, bits, null, (rng) => {
    const x = rng.uniform();
    const y = x + e * (2 * rng.uniform() - 1);
    const overlap = Math.min(1, y + e) - Math.max(0, y - e);
    return { x: [x], y: [y], pointwise: -Math.log(overlap) };
  });
}

/** A Gamma(k, 1) draw, k whole or 1/2. */
function gammaDraw(rng: Rng, k: number): number {
  if (k === 0.5) return rng.normal() ** 2 / 2;
  let sum = 0;
  for (let i = 0; i < k; i++) sum -= Math.log(rng.uniform());
  return sum;
}

/** x ~ Gamma(k), y exponential with rate x; of `log` the logarithms of both. */
export function gammaExponential(k: number, log = false): BenchmarkTask {
  const bits = (digamma(k) + 1 / k - Math.log(k)) / Math.LN2;
  return rowTask(`gamma-exponential-${log ? "log-" : ""}${k}`, bits, null, (rng) => {
    const x = gammaDraw(rng, k);
    const y = -Math.log(rng.uniform()) / x;
    const pointwise = Math.log(x) - x * y - Math.log(k) + (k + 1) * Math.log1p(y);
    return log ? { x: [Math.log(x)], y: [Math.log(y)], pointwise } : { x: [x], y: [y], pointwise };
  });
}

/** x uniform on 0 .. m - 1, y uniform on (x, x + 2). */
export function discreteUniform(m: number): BenchmarkTask {
  return rowTask(`discrete-uniform-${m}`, Math.log2(m) - (m - 1) / m, null, (rng) => {
    const x = rng.integer(m);
    const y = x + 2 * rng.uniform();
    let possible = 0;
    for (let other = 0; other < m; other++) if (other < y && y < other + 2) possible++;
    return { x: [x], y: [y], pointwise: Math.log(m / possible) };
  });
}

function poissonDraw(rng: Rng, rate: number): number {
  let [count, left] = [0, rate + Math.log(rng.uniform())];
  while (left > 0) {
    count++;
    left += Math.log(rng.uniform());
  }
  return count;
}

/** log of e^-x x^y / y! */
function logPoisson(y: number, x: number): number {
  let logFactorial = 0;
  for (let i = 2; i <= y; i++) logFactorial += Math.log(i);
  return (y === 0 ? 0 : y * Math.log(x)) - x - logFactorial;
}

/** x ~ Exp(1), y ~ Poisson(x), which is geometric by itself; with the share `zeros` of the y set to 0. */
function poisson(id: string, bits: number, zeros: number): BenchmarkTask {
  return rowTask(id, bits, null, (rng) => {
    const x = -Math.log(rng.uniform());
    const y = rng.uniform() < zeros ? 0 : poissonDraw(rng, x);
    const inserted = y === 0 ? zeros : 0;
    const given = inserted + (1 - zeros) * Math.exp(logPoisson(y, x));
    const alone = inserted + (1 - zeros) * 2 ** -(y + 1);
    return { x: [x], y: [y], pointwise: Math.log(given / alone) };
  });
}

/** (2 ln 2 - gamma - sum_k 2^-k ln k) / ln 2 */
export const poissonExponential = poisson("poisson-exponential", 0.43461, 0);
/** By a numerical sum: (1 - p) times the value above is that of one who sees which zeros were inserted. */
export const zeroInflatedPoisson = poisson("zero-inflated-poisson-0.15", 0.3315, 0.15);

export const scalarTasks: readonly BenchmarkTask[] = [
  ...[0.1, 0.25, 0.5, 0.75, 1].map(uniformAdditive),
  ...[0.5, 1, 2, 5].map((k) => gammaExponential(k)),
  gammaExponential(1, true),
  ...[2, 5, 10].map(discreteUniform),
  poissonExponential,
  zeroInflatedPoisson,
];
