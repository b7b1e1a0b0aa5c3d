import { describe, expect, it } from "vitest";
import { mean, variance } from "../../math/descriptive.js";
import { integratePanels } from "../../math/quadrature.js";
import { Rng } from "../../math/rng.js";
import { normalDensity } from "../../math/special.js";
import { gaussianPid } from "../../pid/closed-form/gaussian-pid.js";
import { evenPoints, type NoisyPoints, pointRatio, threePoints } from "./classes.js";
import { firstChannels, secondChannels } from "./flow-pid-16.js";
import { factorLaw, type Given, heteroscedasticLaw, logGiven, logMarginal, quadraticLaw } from "./noise.js";
import type { BenchmarkTask } from "./task.js";
import { benchmarkTasks } from "./tasks.js";

const taskOf = (id: string): BenchmarkTask => {
  const found = benchmarkTasks.find((task) => task.id === id);
  if (found === undefined) throw new Error(`no task ${id}`);
  return found;
};

/** E log2 p(y | x) / p(y) by quadrature; x standard normal, y given it. */
function bitsGiven(law: Given, reach: number): number {
  const ofX = (x: number) => {
    const [mean, deviation] = [law.mean(x), law.deviation(x)];
    const inner = (e: number) => {
      const y = mean + deviation * e;
      return normalDensity(e) * (logGiven(law, x, y) - logMarginal(law, y));
    };
    return normalDensity(x) * integratePanels(inner, -8, 8, 6, 12);
  };
  return integratePanels(ofX, -reach, reach, 10, 12) / Math.LN2;
}

/** The same for points in noise, of one column. */
function bitsOfPoints(law: NoisyPoints): number {
  const parts = law.points.map(([p], y) =>
    integratePanels((e) => normalDensity(e) * pointRatio(law, [p + law.noise[0] * e], y), -9, 9, 40, 12),
  );
  return parts.reduce((sum, v) => sum + v, 0) / law.points.length / Math.LN2;
}

/** And of two columns. */
function bitsOfPlane(law: NoisyPoints): number {
  const parts = law.points.map((point, y) =>
    integratePanels(
      (a) =>
        normalDensity(a) *
        integratePanels(
          (b) => normalDensity(b) * pointRatio(law, [point[0] + law.noise[0] * a, point[1] + law.noise[1] * b], y),
          -8,
          8,
          10,
          12,
        ),
      -8,
      8,
      10,
      12,
    ),
  );
  return parts.reduce((sum, v) => sum + v, 0) / law.points.length / Math.LN2;
}

describe("the true values of the benchmark", () => {
  // values of closed forms, as published for these laws
  it.each([
    ["normal-1x1", 0.59632],
    ["normal-dense-2", 0.424],
    ["normal-dense-3", 0.59632],
    ["normal-dense-5", 0.85525],
    ["normal-dense-25", 1.86423],
    ["normal-2pair-5", 1.47393],
    ["readout-16", 1],
    ["student-1-1-1", 0.32341],
    ["student-1-1-3", 0.06119],
    ["student-2-2-1", 0.62317],
    ["student-2-2-2", 0.27865],
    ["student-2-2-3", 0.15989],
    ["student-3-3-2", 0.41971],
    ["student-3-3-3", 0.25783],
    ["student-5-5-2", 0.64654],
    ["student-5-5-3", 0.43071],
    ["uniform-additive-0.1", 2.4662],
    ["uniform-additive-0.25", 1.36067],
    ["uniform-additive-0.5", 0.72135],
    ["uniform-additive-0.75", 0.4809],
    ["uniform-additive-1", 0.36067],
    ["gamma-exponential-0.5", 1.05264],
    ["gamma-exponential-1", 0.60995],
    ["gamma-exponential-2", 0.3313],
    ["gamma-exponential-5", 0.13948],
    ["discrete-uniform-2", 0.5],
    ["discrete-uniform-5", 1.52193],
    ["discrete-uniform-10", 2.42193],
    ["symmetric-channel-2-0.1", 0.531],
    ["symmetric-channel-4-0.2", 0.96108],
    ["symmetric-channel-10-0.3", 1.48966],
    ["sign-product-0.1", 0.531],
    ["quantised-normal-4", 2],
  ])("%s: %f bits", (id, bits) => {
    expect(taskOf(id).bits).toBeCloseTo(bits, 4);
  });

  // five digits are shipped
  it.each([
    ["heteroscedastic", heteroscedasticLaw],
    ["quadratic", quadraticLaw],
    ["product:x1", factorLaw],
  ] as const)("%s, by quadrature", (id, law) => {
    expect(taskOf(id).bits).toBeCloseTo(bitsGiven(law, 7), 4);
  });

  it("product, by quadrature: h(y) less that of the noise", () => {
    const minus = (y: number) => -Math.exp(logMarginal(factorLaw, y)) * logMarginal(factorLaw, y);
    const entropy = (2 * integratePanels(minus, 0, 30, 40, 12)) / Math.LN2;
    expect(taskOf("product").bits).toBeCloseTo(entropy - 0.5 * Math.log2(2 * Math.PI * Math.E * 0.09), 4);
  });

  it.each([
    ["pam-2-0.8", evenPoints(2, 0.8)],
    ["pam-2-1.4", evenPoints(2, 1.4)],
    ["pam-3-0.5", evenPoints(3, 0.5)],
    ["two-bits:x1", evenPoints(2, 0.6)],
    ["two-bits:x2", evenPoints(2, 0.9)],
    ["degraded-classes:x1", evenPoints(2, 0.8)],
    ["degraded-classes:x2", evenPoints(2, 1.4)],
    ["degraded-classes", evenPoints(2, (0.8 ** -2 + 1.4 ** -2) ** -0.5)],
  ] as const)("%s, by quadrature", (id, law) => {
    expect(taskOf(id).bits).toBeCloseTo(bitsOfPoints(law), 4);
  });

  it("classes-3, by quadrature in the plane", () => {
    expect(taskOf("classes-3").bits).toBeCloseTo(bitsOfPlane(threePoints), 4);
  });

  it("counts of events, by sums over them", () => {
    const information = (zeros: number) => {
      let bits = 0;
      for (let y = 0; y < 40; y++) {
        let factorial = 1;
        for (let i = 2; i <= y; i++) factorial *= i;
        const given = (x: number) => (y === 0 ? zeros : 0) + ((1 - zeros) * Math.exp(-x) * x ** y) / factorial;
        const alone = (y === 0 ? zeros : 0) + (1 - zeros) * 2 ** -(y + 1);
        // x = u^2: the integrand is smooth in u
        const inner = (u: number) =>
          given(u * u) === 0 ? 0 : 2 * u * Math.exp(-u * u) * given(u * u) * Math.log2(given(u * u) / alone);
        bits += integratePanels(inner, 0, 8, 40, 12);
      }
      return bits;
    };
    expect(taskOf("poisson-exponential").bits).toBeCloseTo(information(0), 4);
    expect(taskOf("zero-inflated-poisson-0.15").bits).toBeCloseTo(information(0.15), 4);
  });

  it("flow-pid-16: the closed form of its law, which has the published atoms", () => {
    const channels = [...firstChannels, ...secondChannels];
    const d = channels.length + 2;
    const covariance = new Float64Array(d * d);
    const row = (i: number): readonly number[] => (i < 2 ? [Number(i === 0), Number(i === 1)] : channels[i - 2]);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        covariance[i * d + j] = row(i)[0] * row(j)[0] + row(i)[1] * row(j)[1] + (i === j && i >= 2 ? 1 : 0);
      }
    }
    const sources = ["x1", "x2"].map((name) => ({ name, size: 16 }));
    const { atoms, information } = gaussianPid(covariance, { targets: 2, sources });
    expect(taskOf("flow-pid-16").bits).toBeCloseTo(Number(information.total), 5);
    for (const name of ["x1", "x2"]) {
      expect(taskOf(`flow-pid-16:${name}`).bits).toBeCloseTo(Number(information.byModality[name]), 5);
    }
    expect(atoms.redundancy).toBeCloseTo(3.819, 3);
    expect(atoms.unique.x1).toBeCloseTo(0.547, 3);
    expect(atoms.unique.x2).toBeCloseTo(0.18, 3);
    expect(atoms.synergy).toBeCloseTo(0.654, 3);
  });

  it("gates: the informations of their atoms", () => {
    const atoms = {
      and: [0.31128, 0, 0, 0.5],
      xor: [0, 0, 0, 1],
      copy: [0, 1, 1, 0],
      unq: [0, 1, 0, 0],
      rdn: [1, 0, 0, 0],
    };
    for (const [gate, [r, u1, u2, s]] of Object.entries(atoms)) {
      expect(taskOf(`gate-${gate}`).bits).toBeCloseTo(r + u1 + u2 + s, 4);
      expect(taskOf(`gate-${gate}:x1`).bits).toBeCloseTo(r + u1, 4);
      expect(taskOf(`gate-${gate}:x2`).bits).toBeCloseTo(r + u2, 4);
    }
  });
});

describe("the rows of the benchmark", () => {
  it("have ids of their own", () => {
    expect(new Set(benchmarkTasks.map(({ id }) => id)).size).toBe(benchmarkTasks.length);
  });

  it.each(benchmarkTasks.map((task) => ({ id: task.id, task })))(
    "$id: the pointwise information has the mean that it should, and y its classes",
    ({ task }) => {
      const n = 1000;
      const { x, y, pointwise } = task.sample(new Rng("rows").split(task.id), n);
      for (const column of [...x, ...y]) expect(column.every(Number.isFinite)).toBe(true);
      const error = Math.sqrt(variance(pointwise) / n) / Math.LN2;
      expect(Math.abs(mean(pointwise) / Math.LN2 - task.bits)).toBeLessThan(4 * error + 1e-6);
      if (task.classes === null) return;
      expect(y).toHaveLength(1);
      expect([...new Set(y[0])].sort()).toEqual(Array.from({ length: task.classes }, (_, k) => k));
    },
  );

  it("are those of their seed", () => {
    const task = taskOf("product");
    expect(task.sample(new Rng("a"), 5)).toEqual(task.sample(new Rng("a"), 5));
    expect(task.sample(new Rng("b"), 5)).not.toEqual(task.sample(new Rng("a"), 5));
  });
});
