import type { Rng } from "../../math/rng.js";
import { logNormalDensity, normalDensity } from "../../math/special.js";
import { type BenchmarkTask, rowTask } from "./task.js";

/** Nodes of a standard normal variable that its expectations are sums over: evenly spaced, exact to rounding for smooth ones. */
const nodes = Array.from({ length: 1201 }, (_, i) => -9 + 0.015 * i);
const weights = nodes.map((x) => 0.015 * normalDensity(x));

/** The law of y given a standard normal x. */
export interface Given {
  readonly mean: (x: number) => number;
  readonly deviation: (x: number) => number;
}

/** log p(y | x), nats. */
export function logGiven({ mean, deviation }: Given, x: number, y: number): number {
  return logNormalDensity(y, mean(x), deviation(x));
}

/** log p(y), nats: of x standard normal, over which the density is summed. */
export function logMarginal(law: Given, y: number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * Math.exp(logGiven(law, nodes[i], y));
  return Math.log(sum);
}

/** y normal given a standard normal x, its mean or spread a function of x. */
function givenTask(
  id: string,
  bits: number,
  law: Given,
  draw: (rng: Rng) => number = (rng) => rng.normal(),
): BenchmarkTask {
  return rowTask(id, bits, null, (rng) => {
    const x = draw(rng);
    const y = law.mean(x) + law.deviation(x) * rng.normal();
    return { x: [x], y: [y], pointwise: logGiven(law, x, y) - logMarginal(law, y) };
  });
}

/** y ~ N(0, e^x): x sets the spread and not the mean. */
export const heteroscedasticLaw: Given = { mean: () => 0, deviation: (x) => Math.exp(x / 2) };
/** y = x^2 - 1 + 0.5 e. */
export const quadraticLaw: Given = { mean: (x) => x * x - 1, deviation: () => 0.5 };
/** y given one factor of y = x1 x2 + 0.3 e. */
export const factorLaw: Given = { mean: () => 0, deviation: (x) => Math.hypot(x, 0.3) };

/** y = x1 x2 + 0.3 e, of both factors. */
const product = rowTask("product", 1.62597, null, (rng) => {
  const x = [rng.normal(), rng.normal()];
  const y = x[0] * x[1] + 0.3 * rng.normal();
  return { x, y: [y], pointwise: logNormalDensity(y, x[0] * x[1], 0.3) - logMarginal(factorLaw, y) };
});

/** Values by quadrature. */
export const noiseTasks: readonly BenchmarkTask[] = [
  product,
  // both factors are alike
  ...["x1", "x2"].map((source) => givenTask(`product:${source}`, 0.3206, factorLaw)),
  givenTask("heteroscedastic", 0.24482, heteroscedasticLaw),
  givenTask("quadratic", 1.15806, quadraticLaw),
];
