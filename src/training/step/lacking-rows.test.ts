import { beforeAll, describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/gradients.js";
import { fedLearner, own, type StepOptions, smallArchitecture } from "../../../test/support/training-step.js";
import { createEngine, type Engine } from "../../engine/index.js";
import type { PidRegLearner } from "../learner.js";

const on = { weight: 0.1 };
const presence = { absentModalities: true, lackingRows: true };
const [first, second] = smallArchitecture.modalities;
const cases: readonly (readonly [string, StepOptions])[] = [
  ["every loss", { losses: { capacity: on } }],
  ["huber", { losses: { prediction: "huber" } }],
  ["gaussianity, sampled", { losses: { gaussianity: { ...on, estimator: "sampled" } } }],
  ["gaussianity, sigreg", { losses: { gaussianity: { ...on, estimator: "sigreg", directions: 9 } } }],
  ["independence, cross", { losses: { independence: { ...on, target: "cross" } } }],
  ["independence, latent", { losses: { independence: { ...on, target: "latent" } } }],
  ["compression", { losses: { compression: on } }],
  ["balance", { losses: { balance: { game: on, functionalEntropy: on } } }],
  ["joint Gaussianity of some rows", { losses: { jointGaussianity: { ...on, rows: 20 } } }],
  [
    "no batch normalisation of hidden layers",
    { architecture: { modalities: [{ ...first, batchNorm: false }, second] } },
  ],
  [
    "periodic embedding",
    { architecture: { modalities: [{ ...first, embedding: { frequencies: 3, sigma: 0.5, width: 4 } }, second] } },
  ],
];

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("auto");
});

/** Two steps from the same start, after each of the changes in turn; what they report, and what they leave. */
async function twoSteps(options: StepOptions, ...changes: readonly ((learner: PidRegLearner) => void)[]) {
  const { learner, prepare } = await fedLearner(engine, options);
  const start = await learner.snapshot();
  const outcomes = [];
  for (const change of changes) {
    learner.restore(start);
    change(learner);
    const reports: number[] = [];
    for (const t of [1, 2]) {
      prepare(t);
      await learner.step.run();
      reports.push(...learner.step.outputs.report);
    }
    outcomes.push({ reports, after: await learner.snapshot(), names: learner.train.report, layout: learner.layout });
  }
  await learner.dispose();
  return outcomes;
}

const nothing = () => undefined;

/** Other features in the rows that lack a modality. */
function refill({ step, model }: PidRegLearner): void {
  model.architecture.modalities.forEach(({ name, inputWidth }, m) => {
    const values = step.inputs[`x.${name}`];
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor(i / inputWidth);
      if (step.inputs.owned[row * 2 + m] === 0) values[i] = 40 + (i % 7);
    }
  });
}

describe("rows of the table that lack a modality", () => {
  it.each(cases)("leave no trace of the features they are filled with: %s", async (_, options) => {
    const [before, refilled] = await twoSteps({ ...options, ...presence }, nothing, refill);
    expect(refilled.reports.every(Number.isFinite)).toBe(true);
    // Kernels are computed from points centred on all rows: another centre rounds in another way.
    expect(relativeError(refilled.reports, before.reports)).toBeLessThan(1e-5);
    for (const name of ["moment1", "running"] as const) {
      expect(relativeError(refilled.after[name], before.after[name]), name).toBeLessThan(1e-5);
    }
  });

  it("would leave one without their marks", async () => {
    const marks = (learner: PidRegLearner) => own(learner, () => true);
    const [before, changed] = await twoSteps(presence, marks, (learner) => {
      own(learner, (row, m) => (row + 2 * m) % 5 !== 0);
      refill(learner);
      marks(learner);
    });
    expect(relativeError(changed.reports, before.reports)).toBeGreaterThan(0.01);
  });

  it("change nothing where there are none", async () => {
    const [whole] = await twoSteps({}, nothing);
    const [marked] = await twoSteps(presence, (learner) => own(learner, () => true));
    // The sums are compiled in another order.
    whole.reports.forEach(
      (value, k) => void expect(Math.abs(marked.reports[k] - value)).toBeLessThan(2e-5 * (1 + Math.abs(value))),
    );
    expect(relativeError(marked.after.running, whole.after.running)).toBeLessThan(1e-5);
  });

  it("are all of a batch, or all but one: everything stays finite, and the encoder's moments are kept", async () => {
    const only = (rows: number) => (learner: PidRegLearner) => own(learner, (row, m) => m === 1 || row < rows);
    const outcomes = await twoSteps({ ...presence, losses: { capacity: on } }, only(0), only(1));
    const [{ reports, names, layout }] = outcomes;
    for (const term of ["gaussianity.first", "independence.first", "jointGaussianity", "capacity.first"]) {
      expect(reports[names.indexOf(term)], term).toBe(0);
    }
    const start = layout.moments.initialise();
    for (const { reports: all, after } of outcomes) {
      expect([all, ...Object.values(after)].every((values) => values.every(Number.isFinite))).toBe(true);
      let at = 0;
      for (const { name, width } of layout.moments.specs) {
        const moments = after.running.subarray(at, at + 2 * width);
        const same = moments.every((value, k) => value === start[at + k]);
        expect(same, name).toBe(name.startsWith("encoder.first"));
        at += 2 * width;
      }
    }
  });
});
