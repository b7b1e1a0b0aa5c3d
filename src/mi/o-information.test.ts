import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { Rng } from "../math/rng.js";
import { gaussianPidFromData } from "../pid/estimate/gaussian-pid-from-data.js";
import { checkGaussian } from "./check.js";
import { leaveOneOutSets, oInformationChange } from "./o-information.js";

describe("the change of the O-information", () => {
  const t = (...values: number[]) => Float64Array.from(values);

  it("is (1 - M) of all and each without one, with the error of the sum row by row", () => {
    // three copies of one bit: every set tells 1, so (1 - 3) 1 + 3 = 1; parity: only all tell, (1 - 3) 1 = -2
    expect(oInformationChange(t(1, 1), [t(1, 1), t(1, 1), t(1, 1)])).toEqual({ bits: 1, standardError: 0 });
    expect(oInformationChange(t(1, 1), [t(0, 0), t(0, 0), t(0, 0)])).toEqual({ bits: -2, standardError: 0 });
    // rows 2 and -2 of mean 0: sd 2 sqrt 2, over sqrt 2
    const { bits, standardError } = oInformationChange(t(0, 0), [t(2, -2), t(1, -1), t(-1, 1)]);
    expect(bits).toBeCloseTo(0, 12);
    expect(standardError).toBeCloseTo(2, 12);
  });

  it("asks for all but each of three and more", () => {
    expect(leaveOneOutSets(["a", "b"])).toEqual([]);
    expect(leaveOneOutSets(["a", "b", "c"])).toEqual([
      ["b", "c"],
      ["a", "c"],
      ["a", "b"],
    ]);
  });
});

describe("the change of the O-information by densities", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine("auto");
  });
  afterAll(() => engine.dispose());

  const rows = 300;
  const rng = new Rng("balance");
  const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
  const [a, b, c, noise] = [normals(), normals(), normals(), normals()];
  const sum = (...parts: readonly (readonly [number, Float64Array])[]) =>
    Float64Array.from({ length: rows }, (_, r) => parts.reduce((all, [w, column]) => all + w * column[r], 0));
  const checked = (y: Float64Array, sources: readonly Float64Array[], balance = false) =>
    checkGaussian(
      { name: "y", columns: [y] },
      sources.map((column, k) => ({ name: `s${k}`, columns: [column] })),
      { engine, folds: 2, balance },
    );
  const copies = () => [0, 1, 2].map(() => sum([1, a], [0.3, normals()]));

  it("is above 0 of noisy copies, about that of the closed form", async () => {
    const sources = copies();
    const y = sum([1, a], [0.5, noise]);
    const check = await checked(y, sources);
    const { bits, standardError } = check.oInformationChange as { bits: number; standardError: number };
    expect(bits).toBeGreaterThan(2 * standardError);
    const gaussian = gaussianPidFromData(
      { name: "y", columns: [y] },
      sources.map((column, k) => ({ name: `s${k}`, columns: [column] })),
    );
    const known = gaussian.multi?.oInformationGradient as number;
    expect(Math.abs(bits - known)).toBeLessThan(3 * standardError + 0.1);
  });

  it("is below 0 of a sum that needs all of three", async () => {
    const { oInformationChange: change } = await checked(sum([1, a], [1, b], [1, c], [0.1, noise]), [a, b, c]);
    expect(change?.bits).toBeLessThan(-2 * (change?.standardError ?? Number.NaN));
  });

  it("of four is read where it is asked for, and changes no other reading", async () => {
    const y = sum([1, a], [0.5, noise]);
    const four = [...copies(), b];
    const [plain, more] = [await checked(y, four), await checked(y, four, true)];
    expect(plain.oInformationChange).toBeUndefined();
    expect(more.oInformationChange?.bits).toBeGreaterThan(0);
    const { oInformationChange: _, ...rest } = more;
    expect(rest).toEqual(plain);
  });

  it("is not said of two", async () => {
    expect((await checked(sum([1, a], [0.5, noise]), [a, b])).oInformationChange).toBeUndefined();
  });
});
