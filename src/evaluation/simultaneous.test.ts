import { expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { relativeDifference, resampleErrors } from "./paired-errors.js";
import { simultaneousBounds } from "./simultaneous.js";

const error = { ofMeanCost: Math.sqrt };
const margin = 0.02;

/** Models whose true errors are `ratios` times that of the first; every training has noise of its own. */
function modelsOf(ratios: readonly number[], { rows = 100, trainings = 1, sd = 0 }, rng: Rng) {
  const hard = Float64Array.from({ length: rows }, () => rng.normal());
  return ratios.map((ratio) =>
    Array.from({ length: trainings }, () => {
      const factor = ratio * (1 + sd * rng.normal());
      return [hard.map((shared) => (factor * (shared + 0.3 * rng.normal())) ** 2)];
    }),
  );
}

it("is the ordinary one-sided bound of a single subset", () => {
  const models = modelsOf([1, 1.01], {}, new Rng("one"));
  const [full, other] = resampleErrors(models, { error, rng: new Rng(1) });
  const { bounds, compared } = simultaneousBounds([other], full, { margin, rng: new Rng(2) });
  // Percentiles of the logarithms and of the ratios lie between the same two draws.
  expect(bounds[0]).toBeCloseTo(relativeDifference(other, full, 0.9).high, 4);
  expect(compared).toBe(1);
});

it("allows for the largest of several deviations, and not for what is far above the margin", () => {
  const critical = (ratios: readonly number[]) => {
    const models = modelsOf([1, ...ratios], { rows: 400 }, new Rng("several"));
    const [full, ...others] = resampleErrors(models, { error, rng: new Rng(1) });
    return simultaneousBounds(others, full, { margin, rng: new Rng(2) });
  };
  const [one, six, far] = [[1], [1, 1, 1, 1, 1, 1], [1, 2, 2, 2, 2, 2]].map(critical);
  // One normal deviation: 1.645. The largest of six that share a half: about 2.3, below 2.39 of independent ones.
  expect(one.critical).toBeCloseTo(1.645, 0);
  expect(six.critical).toBeGreaterThan(2);
  expect(six.critical).toBeLessThan(2.6);
  expect(far.compared).toBe(1);
  expect(Math.abs(far.critical - one.critical)).toBeLessThan(0.15);
});

it("is no bound above what is the same in every training and on every row", () => {
  const [full] = resampleErrors(modelsOf([1], { trainings: 2 }, new Rng(1)), { error, rng: new Rng(1) });
  expect(simultaneousBounds([full], full, { margin, rng: new Rng(1) }).bounds).toEqual([0]);
});

it.each([
  { rows: 100, trainings: 1, sd: 0 },
  { rows: 100, trainings: 3, sd: 0.02 },
  { rows: 60, trainings: 2, sd: 0, groups: 12 },
])("keeps every subset that truly errs 2 % more in 95 of 100 studies: %o", ({ groups, ...given }) => {
  const trials = 120;
  let dropped = 0;
  for (let trial = 0; trial < trials; trial++) {
    const rng = new Rng(`family/${trial}`);
    const models = modelsOf([1, 1.02, 1.02, 1.02, 1.02, 1.02, 1.02], given, rng);
    const names = groups === undefined ? null : Array.from({ length: given.rows }, (_, i) => `${i % groups}`);
    const [full, ...others] = resampleErrors(models, { error, rng, draws: 100, groups: names });
    const { bounds } = simultaneousBounds(others, full, { margin, rng: rng.split("bounds") });
    dropped += Number(bounds.some((bound) => bound <= margin));
  }
  // Three binomial errors of 120 studies around 5 % are 6 %.
  expect(dropped / trials).toBeLessThan(0.11);
});
