import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { encoded } from "../../files/document.js";
import { Rng } from "../../math/rng.js";
import { checkLatents } from "../../mi/check-latents.js";
import { gaussianPidFromData } from "../../pid/estimate/gaussian-pid-from-data.js";
import { gaussianCheck } from "../../record/pid-schemas.js";
import { besideEstimate, type CheckedTable, checkTable, withCheck } from "./check.js";
import { StageProgress } from "./progress.js";

const progress = new StageProgress({ isTTY: false, write: () => true } as unknown as NodeJS.WriteStream);

/** alpha sets the size of y and not its sign: no mean knows of it. */
function sizes(rows: number, columns = 1): CheckedTable {
  const rng = new Rng("sizes");
  const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
  const block = (name: string) => ({ name, columns: Array.from({ length: columns }, normals) });
  const [alpha, beta] = [block("alpha"), block("beta")];
  const y = alpha.columns[0].map((a) => (rng.uniform() < 0.5 ? -1 : 1) * Math.abs(a) + 0.1 * rng.normal());
  return { target: { name: "y", columns: [y] }, sources: [alpha, beta], groups: undefined };
}

const asked = (value?: boolean) => ({ asked: value, seed: 1 });

describe("the check of a decomposition", () => {
  it("takes back that nothing was found, and raises its flag", async () => {
    const table = sizes(300);
    const estimate = gaussianPidFromData(table.target, table.sources);
    expect(estimate.flags).toContain("no-information");
    const outcome = await checkTable(table, asked(), progress);
    const { flags } = withCheck(estimate, outcome);
    expect(flags).toContain("non-gaussian");
    expect(flags).not.toContain("no-information");
    expect(withCheck(estimate, { leftOut: "" }).flags).toEqual(estimate.flags);
  });

  it("raises no flag where the atoms tell all there is", async () => {
    const { sources } = sizes(300);
    const sum = Float64Array.from(sources[0].columns[0], (a, r) => a + sources[1].columns[0][r]);
    const table = { target: { name: "y", columns: [sum] }, sources, groups: undefined };
    const estimate = gaussianPidFromData(table.target, table.sources);
    expect(estimate.flags).toContain("saturated");
    const outcome = await checkTable(table, asked(), progress);
    if (!("check" in outcome)) throw new Error("no check");
    expect(outcome.check.nonGaussian).toBe(true);
    expect(withCheck(estimate, outcome).flags).toEqual(estimate.flags);
    expect(besideEstimate(outcome, estimate)).toMatchObject({ check: { nonGaussian: false } });
  });

  it("says of noise that there is no information, and changes no other flag", async () => {
    const { sources } = sizes(300);
    const noise = { name: "y", columns: [Float64Array.from({ length: 300 }, (_, i) => (i * 7919) % 300)] };
    const estimate = gaussianPidFromData(noise, sources);
    const outcome = await checkTable({ target: noise, sources, groups: undefined }, asked(), progress);
    const { flags, intervals } = withCheck(estimate, outcome);
    expect(flags.filter((flag) => flag !== "no-information")).toEqual(
      estimate.flags.filter((flag) => flag !== "no-information"),
    );
    // what sentences call "not told apart from 0" has the flag, where the check found nothing either
    expect(flags).toContain("no-information");
    expect(intervals?.lower.information.total).toBe(0);
  });

  it.each([
    ["few rows", sizes(150), "150 rows are too few for it; 200 are needed"],
    [
      "classes",
      { ...sizes(300), target: { name: "y", columns: [Float64Array.from({ length: 300 }, (_, i) => i % 3)] } },
      "a target of 3 different values is one of classes, which it does not read",
    ],
    [
      "two groups",
      { ...sizes(300), groups: Array.from({ length: 300 }, (_, i) => i % 2) },
      "rows of 2 groups cannot be",
    ],
  ])("is left out aloud where it cannot be made, and refused where it was asked for: %s", async (_, table, reason) => {
    expect(await checkTable(table, asked(), progress)).toEqual({ leftOut: expect.stringContaining(reason) });
    await expect(checkTable(table, asked(true), progress)).rejects.toThrow(`--check: ${reason}`);
    expect(await checkTable(table, asked(false), progress)).toEqual({ leftOut: "" });
  });

  it("is left out aloud where it takes long", async () => {
    const outcome = await checkTable(sizes(3000, 400), asked(), progress);
    expect(outcome).toEqual({ leftOut: expect.stringMatching(/more than 20 seconds, about \d+; --check makes it/) });
  });
});

describe("the check of latents", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine("onnx");
  });
  afterAll(() => engine.dispose());

  it("reads them as rows, and is what pid.json can hold", async () => {
    const { target, sources } = sizes(300, 2);
    const latents = sources.map(({ name, columns }) => ({
      ...{ name, width: 2 },
      values: Float32Array.from({ length: 600 }, (_, i) => columns[i % 2][i >> 1]),
    }));
    const check = await checkLatents(latents, target.columns[0] as Float64Array, 1, { engine });
    expect(check.nonGaussian).toBe(true);
    expect(check.readings.map(({ beyond }) => beyond)).toEqual([true, false, true]);
    expect(encoded(gaussianCheck, check, "check")).toEqual(check);
    expect(() => checkLatents(latents, new Float64Array(7), 2, { engine })).toThrow("7 values are not whole rows of 2");
  });

  it("takes a latent that is the same in every row", async () => {
    const { target, sources } = sizes(220);
    const values = Float32Array.from(sources[1].columns[0]);
    const dead = { name: "dead", values: new Float32Array(220).fill(3), width: 1 };
    const check = await checkLatents([dead, { name: "b", values, width: 1 }], target.columns[0], 1, { engine });
    expect(check.readings[0].density.bits).toBeLessThan(0.02);
    expect(check.readings[0].gaussian.closedForm).toBeNull();
  });
});
