import { expect, it } from "vitest";
import { fedLearner } from "../../../test/support/training-step.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { dropModalities, feedOwned, feedPresence } from "./step-feed.js";

it("says which modalities the rows of a batch have", () => {
  const present = new Float32Array(6).fill(9);
  feedPresence(present, [{}, { present: Uint8Array.of(1, 0, 1) }], [2, 1, 0]);
  expect([...present]).toEqual([1, 1, 1, 0, 1, 1]);
});

it("takes modalities away at the rate, never the last one, never gives one back", () => {
  const rows = 20_000;
  const present = new Float32Array(3 * rows).fill(1);
  for (let i = 0; i < rows; i += 2) present[3 * i] = 0;
  dropModalities(present, 3, 0.4, new Rng(1));
  const share = (start: number, offset: number) => {
    let sum = 0;
    for (let i = start; i < rows; i += 2) sum += present[3 * i + offset];
    return sum / (rows / 2);
  };
  expect(share(0, 0)).toBe(0);
  // Rows of three keep each with 0.6, plus a third of the 0.064 that would have lost all; rows of two 0.6 + 0.16 / 2.
  expect(Math.abs(share(1, 0) - 0.6213)).toBeLessThan(0.015);
  expect(Math.abs(share(0, 1) - 0.68)).toBeLessThan(0.015);
  for (let i = 0; i < rows; i++) expect(present[3 * i] + present[3 * i + 1] + present[3 * i + 2]).toBeGreaterThan(0);
});

it("a step that reads presence is the same as one that does not when nothing is absent, and differs when something is", async () => {
  const reports: number[][] = [];
  for (const absent of [null, 1, 0]) {
    const { learner, prepare } = await fedLearner(await createEngine("auto"), { absentModalities: absent !== null });
    if (absent !== null) {
      learner.step.inputs.present.fill(1);
      learner.step.inputs.present[0] = absent;
    }
    prepare(1);
    await learner.step.run();
    reports.push([...learner.step.outputs.report]);
    await learner.dispose();
  }
  // The sums are compiled in another order.
  reports[0].forEach(
    (value, k) => void expect(Math.abs(reports[1][k] - value)).toBeLessThan(1e-5 * (1 + Math.abs(value))),
  );
  expect(Math.abs(reports[2][1] - reports[0][1])).toBeGreaterThan(1e-7);
});

it("gives the joint term scores of as many entries as its complete rows have", () => {
  const inputs = { owned: new Float32Array(8), "joint.scores": new Float32Array(6) };
  const asked: number[][] = [];
  const scoresOf = (n: number, length: number) => {
    asked.push([n, length]);
    return new Float32Array(length).fill(n);
  };
  const present = Uint8Array.of(1, 0, 1, 0, 1);
  const feed = (rows: number[], jointRows: number) =>
    feedOwned({ inputs }, [{ present }, {}], rows, jointRows, scoresOf);
  // of the first three rows of the batch, which have two entries each, two are complete
  feed([0, 1, 2, 3], 3);
  expect([...inputs.owned]).toEqual([1, 1, 0, 1, 1, 1, 0, 1]);
  expect(asked).toEqual([[4, 6]]);
  expect([...inputs["joint.scores"]]).toEqual(new Array(6).fill(4));
  // without a complete row, as of all: the term then counts 0 times, but has to be finite
  feed([1, 3, 1, 0], 3);
  expect(asked[1]).toEqual([6, 6]);
  feed([0, 1, 2, 3], 0);
  expect(asked).toHaveLength(2);
});
