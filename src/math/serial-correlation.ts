import { averageRanks } from "./descriptive.js";

/**
 * How alike neighbours of a sequence are, on the ranks of its values: r = 1 - sum (x_i+1 - x_i)^2 / 2 sum (x_i - mean)^2
 * (von Neumann 1941; of ranks Bartels 1982). Without any order r has mean 0 and variance 1 / n, whatever the values'
 * distribution. 0 where all values are equal.
 * @param values finite
 */
export function serialCorrelation(values: Float64Array): {
  readonly correlation: number;
  readonly standardErrors: number;
} {
  const x = averageRanks(values);
  const mean = (x.length + 1) / 2;
  let [steps, spread] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    spread += (x[i] - mean) ** 2;
    if (i > 0) steps += (x[i] - x[i - 1]) ** 2;
  }
  if (spread === 0) return { correlation: 0, standardErrors: 0 };
  const correlation = 1 - steps / (2 * spread);
  return { correlation, standardErrors: correlation * Math.sqrt(x.length) };
}
