import { describe, expect, it } from "vitest";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { type GeneratorName, generators, noiseDeviation } from "../../src/data/synthetic/generators.js";
import { gaussianPid } from "../../src/pid/closed-form/gaussian-pid.js";
import { gaussianPidFromData } from "../../src/pid/estimate/gaussian-pid-from-data.js";

/** Each variable as weights of independent standard normal sources; order [target(s), modality 1, modality 2, ..]. */
type Weights = { readonly [source: string]: number | undefined };
type Loadings = { targets: Weights[]; modalities: Weights[][] };

/** The linear generators written out once more, independently of the code that draws them. */
const loadings: Record<string, (noise: number) => Loadings> = {
  additive: (n) => ({
    targets: [{ u1: 1, u2: 1, e: n }],
    modalities: [
      [{ c: 1 }, { u1: 1 }, { v1: 1 }],
      [{ c: 1 }, { u2: 1 }, { v2: 1 }],
    ],
  }),
  dominant: (n) => ({
    targets: [{ u1: 1, e: n }],
    modalities: [
      [{ c: 1 }, { u1: 1 }],
      [{ c: 1 }, { u2: 1 }],
    ],
  }),
  none: (n) => ({
    targets: [{ e: n }],
    modalities: [
      [{ c: 1 }, { u1: 1 }],
      [{ c: 1 }, { u2: 1 }],
    ],
  }),
  shared: (n) => ({
    targets: [{ c: 1, e: n }],
    modalities: [[{ c: 1, n1: generators.shared.family.blur }], [{ c: 1, n2: generators.shared.family.blur }]],
  }),
  "additive-vector": (n) => {
    const { shared, own } = generators["additive-vector"].family;
    return {
      targets: [
        { c: shared, u1: own, e1: n },
        { c: shared, u2: own, e2: n },
      ],
      modalities: [
        [{ c: 1 }, { u1: 1 }],
        [{ c: 1 }, { u2: 1 }],
      ],
    };
  },
  three: (n) => {
    const { shared, own } = generators.three.family;
    return {
      targets: [{ c: shared, u0: own[0], u1: own[1], u2: own[2], e: n }],
      modalities: own.map((_, k) => [{ c: 1 }, { [`u${k}`]: 1 }]),
    };
  },
};

function covarianceOf({ targets, modalities }: Loadings): number[][] {
  const rows = [...targets, ...modalities.flat()];
  return rows.map((a) =>
    rows.map((b) => Object.keys(a).reduce((sum, source) => sum + (a[source] ?? 0) * (b[source] ?? 0), 0)),
  );
}

describe("truth of the linear generators", () => {
  it.each(Object.keys(loadings))("%s agrees with the exact Gaussian decomposition of its covariance", (name) => {
    const generator = generators[name as GeneratorName];
    const noise = noiseDeviation(generator.family, generator.noise);
    const { truth, modalities } = generateSynthetic(name as GeneratorName, { rows: 10 });
    const variables = loadings[name](noise);
    const sources = variables.modalities.map((columns, k) => ({ name: modalities[k].name, size: columns.length }));
    const pid = gaussianPid(covarianceOf(variables), { targets: variables.targets.length, sources });
    expect(pid.information.total).toBeCloseTo(truth.information.total, 10);
    for (const { name } of modalities) {
      expect(pid.information.byModality[name]).toBeCloseTo(truth.information.byModality[name], 10);
      expect(pid.atoms.unique[name]).toBeCloseTo(truth.atoms.unique[name], 10);
    }
    expect(pid.atoms.redundancy).toBeCloseTo(truth.atoms.redundancy, 10);
    expect(pid.atoms.synergy).toBeCloseTo(truth.atoms.synergy, 10);
    expect(pid.atoms.partialRedundancy).toBeCloseTo(truth.atoms.partialRedundancy, 10);
    expect(truth.regression.atoms).toEqual(truth.atoms);
  });

  it.each(["additive", "shared", "additive-vector", "dominant"] as const)(
    "%s: linearly mixed columns give the true atoms back",
    (name) => {
      const table = generateSynthetic(name, { rows: 6000, seed: 4 });
      const column = (values: ArrayLike<number>, width: number, j: number) =>
        Float64Array.from({ length: table.rows }, (_, i) => values[i * width + j]);
      const estimate = gaussianPidFromData(
        { name: "y", columns: table.targets.map((target) => target.values) },
        table.modalities.map(({ name, columns, values }) => ({
          name,
          columns: columns.map((_, j) => column(values, columns.length, j)),
        })),
      );
      const { truth } = table;
      const errors = estimate.standardErrors;
      expect(Math.abs(estimate.information.total - truth.information.total)).toBeLessThan(
        4 * (errors?.information.total ?? 0),
      );
      // ties between the modalities bias the atoms by a few standard errors of 0.01 bits
      expect(estimate.atoms.redundancy).toBeCloseTo(truth.atoms.redundancy, 1);
      expect(estimate.atoms.synergy).toBeCloseTo(truth.atoms.synergy, 1);
      for (const { name } of table.modalities) {
        expect(estimate.atoms.unique[name]).toBeCloseTo(truth.atoms.unique[name], 1);
      }
    },
  );
});
