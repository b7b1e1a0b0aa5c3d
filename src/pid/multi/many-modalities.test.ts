import { describe, expect, it } from "vitest";
import { mostModalities } from "../../config/limits.js";
import { Rng } from "../../math/rng.js";
import { gaussianPid } from "../closed-form/gaussian-pid.js";
import { gaussianPidFromData } from "../estimate/gaussian-pid-from-data.js";
import { gaussianPidFromCovariance } from "../estimate/pid-from-covariance.js";
import { pidFromResiduals, posteriorModelOf } from "../estimate/residuals.js";
import { applyLocalPid, fitLocalPid } from "../pointwise/local-pid.js";
import type { PidResult } from "../types.js";
import { isSubset, members, pairSets, singleSet } from "./modality-sets.js";

const counts = [20, 31, 32, 33, 52, 53, 54, 64, 100];
const named = (m: number) => Array.from({ length: m }, (_, k) => ({ name: `z${k}`, size: 1 }));
const names = (m: number) => named(m).map(({ name }) => name);

/** Covariance of [Y, Z_1, .., Z_M]: Y = sum_k weight_k Z_k + noise of variance 1, independent Z of variance 1. */
function independent(weights: readonly number[]): number[][] {
  const all = [weights.reduce((sum, w) => sum + w * w, 1), ...weights];
  return [all, ...weights.map((w, k) => [w, ...weights.map((_, j) => (j === k ? 1 : 0))])];
}

const weightOf = (k: number) => ((k * 7) % 10) / 10;

/** Values of the modalities in the order of their names, whatever order they were given in. */
function byNames(result: PidResult, m: number): number[] {
  const { information, atoms, union, multi } = result;
  const all = [atoms.unique, information.byModality, multi?.uniqueStrict ?? {}, multi?.leaveOneOut ?? {}];
  return [
    ...all.flatMap((values) => names(m).map((name) => values[name] ?? 0)),
    ...[information.total, atoms.redundancy, atoms.synergy, atoms.partialRedundancy, union],
  ];
}

const differs = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe("sets of many modalities", () => {
  it("are told apart whatever their members", () => {
    const sets = [...Array.from({ length: 100 }, (_, k) => singleSet(k)), ...pairSets(100)];
    expect(new Set(sets).size).toBe(100 + 4950);
    expect(members(singleSet(31) + singleSet(64) + singleSet(99), 100)).toEqual([31, 64, 99]);
    expect(isSubset(singleSet(31), singleSet(31) + singleSet(32))).toBe(true);
    expect(isSubset(singleSet(32), singleSet(0) + singleSet(64))).toBe(false);
  });
});

describe("decompositions of many modalities", () => {
  it.each(counts)("%i independent ones: the closed form of every number", (m) => {
    const weights = Array.from({ length: m }, (_, k) => weightOf(k));
    const result = gaussianPid(independent(weights), { targets: 1, sources: named(m) });
    const variance = weights.reduce((sum, w) => sum + w * w, 1);
    const bits = (known: number) => -Math.log2((variance - known) / variance) / 2;
    const all = variance - 1;
    expect(result.information.total).toBeCloseTo(bits(all), 10);
    const best = Math.max(...weights.map((w) => bits(w * w)));
    expect(result.union).toBeCloseTo(best, 10);
    expect(result.atoms.synergy).toBeCloseTo(bits(all) - best, 10);
    weights.forEach((w, k) => {
      expect(result.information.byModality[`z${k}`]).toBeCloseTo(bits(w * w), 10);
      expect(result.multi?.leaveOneOut?.[`z${k}`]).toBeCloseTo(bits(all - w * w), 10);
    });
    const pairs = result.multi?.pairs ?? [];
    expect(pairs).toHaveLength((m * (m - 1)) / 2);
    for (const { modalities, information } of pairs) {
      const [a, b] = modalities.map((name) => weights[Number(name.slice(1))]);
      expect(Math.abs(information - bits(a * a + b * b))).toBeLessThan(1e-10);
    }
    expect(result.multi?.oInformation).toBeCloseTo(0, 8);
  });

  it.each([33, 60])("%i of which all but two are noise: the answer of the two by themselves", (m) => {
    const weights = Array.from({ length: m }, (_, k) => (k === 3 ? 0.9 : k === m - 1 ? 0.6 : 0));
    const many = gaussianPid(independent(weights), { targets: 1, sources: named(m) });
    const two = gaussianPid(independent([0.9, 0.6]), { targets: 1, sources: named(2) });
    expect(many.information.total).toBeCloseTo(two.information.total, 12);
    expect(many.union).toBeCloseTo(two.union, 12);
    expect(many.atoms.synergy).toBeCloseTo(two.atoms.synergy, 12);
    expect(many.multi?.leaveOneOut?.z3).toBeCloseTo(two.information.byModality.z1, 12);
    expect(many.multi?.leaveOneOut?.[`z${m - 1}`]).toBeCloseTo(two.information.byModality.z0, 12);
  });

  it.each([12, 33])("%i in another order: the same atoms, of two targets, from a sample's covariance too", (m) => {
    const rng = new Rng("order");
    const columns = Array.from({ length: m + 2 }, () => Float64Array.from({ length: 150 }, () => rng.normal()));
    for (let i = 0; i < 150; i++) {
      columns[0][i] += columns[2][i] + columns[m][i];
      columns[1][i] += columns[3][i] - columns[m][i];
    }
    const order = [0, 1, ...Array.from({ length: m }, (_, k) => m + 1 - k)];
    const covariance = (chosen: readonly number[]) =>
      chosen.map((a) => chosen.map((b) => columns[a].reduce((sum, v, i) => sum + v * columns[b][i], 0) / 150));
    const same = Array.from({ length: m + 2 }, (_, i) => i);
    const layouts = [named(m), named(m).reverse()].map((sources) => ({ targets: 2, sources }));
    const results = [same, order].map((chosen, i) => gaussianPid(covariance(chosen), layouts[i]));
    // the solver leaves 1e-9 bits, and partial redundancy is a sum over 2 m + 2 of its values
    expect(differs(byNames(results[0], m), byNames(results[1], m))).toBeLessThan((2 * m + 2) * 1e-9);
    const one = (chosen: readonly number[]) => covariance(chosen.filter((i) => i !== 1));
    const sampled = [same, order].map((chosen, i) =>
      gaussianPidFromCovariance(one(chosen), { ...layouts[i], targets: 1 }, 150),
    );
    expect(differs(byNames(sampled[0], m), byNames(sampled[1], m))).toBeLessThan(1e-10);
    expect(
      differs(
        names(m).map((name) => sampled[0].gain.byModality[name]),
        names(m).map((name) => sampled[1].gain.byModality[name]),
      ),
    ).toBeLessThan(1e-10);
  });

  it.each([
    ["bias-corrected", 54, 400],
    ["cross-fitted", 54, 80],
    ["bias-corrected", 100, 600],
  ] as const)(
    "from rows, %s, %i modalities: atoms sum to the total, the strong ones are found",
    (estimator, m, rows) => {
      const rng = new Rng("rows");
      const columns = Array.from({ length: m }, () => Float64Array.from({ length: rows }, () => rng.normal()));
      const target = columns[0].map((v, i) => v + columns[m - 1][i] + 0.5 * rng.normal());
      const estimate = gaussianPidFromData(
        { name: "y", columns: [target] },
        columns.map((column, k) => ({ name: `z${k}`, columns: [column] })),
        { estimator },
      );
      const { atoms, information, gain } = estimate;
      const sum = Object.values(atoms.unique).reduce((a, b) => a + b, 0);
      const { redundancy, synergy, partialRedundancy } = atoms;
      expect(sum + redundancy + synergy + partialRedundancy).toBeCloseTo(information.total, 10);
      const strongest = [...names(m)].sort((a, b) => gain.byModality[b] - gain.byModality[a]).slice(0, 2);
      expect(strongest.sort()).toEqual(["z0", `z${m - 1}`].sort());
      // -1/2 log2(0.25 / 2.25) = 1.58 bits; 0.3: 80 rows
      expect(Math.abs(information.total - 1.58)).toBeLessThan(0.3);
    },
  );

  it("from residuals and on single rows, 100 modalities: means of the rows are the atoms", () => {
    const m = 100;
    const n = 200;
    const rng = new Rng("residuals");
    const target = Float64Array.from({ length: n }, () => rng.normal());
    const shrunk = (share: number) => target.map((v) => v * Math.sqrt(1 - share));
    const rows = {
      names: names(m),
      target,
      residuals: Array.from({ length: m }, (_, k) => shrunk(weightOf(k) / 2)),
      jointResiduals: shrunk(0.8),
    };
    const result = pidFromResiduals(rows);
    expect(result.information.total).toBeCloseTo(-Math.log2(0.2) / 2, 10);
    expect(result.information.byModality.z99).toBeCloseTo(-Math.log2(1 - weightOf(99) / 2) / 2, 10);
    const local = applyLocalPid(fitLocalPid(posteriorModelOf(rows)), rows);
    const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v / n, 0);
    expect(mean(local.synergy)).toBeCloseTo(result.atoms.synergy, 10);
    expect(mean(local.unique.z99)).toBeCloseTo(result.atoms.unique.z99, 10);
  });

  it("refuses more than it takes, at once, in every function", () => {
    const m = 500;
    const message = `500 modalities, at most ${mostModalities} are taken`;
    const weights = Array.from({ length: m }, (_, k) => weightOf(k));
    const column = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i * i));
    const blocks = names(m).map((name) => ({ name, columns: [column] }));
    expect(() => gaussianPid(independent(weights), { targets: 1, sources: named(m) })).toThrow(message);
    expect(() => gaussianPidFromCovariance(independent(weights), { targets: 1, sources: named(m) }, 99)).toThrow(
      message,
    );
    expect(() => gaussianPidFromData({ name: "y", columns: [column] }, blocks)).toThrow(message);
    const residuals = names(m).map(() => column);
    const rows = { names: names(m), target: column, residuals, jointResiduals: column };
    expect(() => pidFromResiduals(rows)).toThrow(message);
    expect(() => fitLocalPid(posteriorModelOf(rows))).toThrow(message);
  });
});
