import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { checkGradient, normalTensor, type TestTensor } from "../../../test/support/gradients.js";
import { evaluationContext } from "../../fit/evaluation.js";
import { modelLayout } from "../../fit/model-layout.js";
import { integratePanels } from "../../math/quadrature.js";
import { Rng } from "../../math/rng.js";
import { logNormalDensity, normalDensity } from "../../math/special.js";
import { normalLogDensity, normalLogRatio, pairLogRatio } from "./base.js";
import { flow } from "./flow.js";
import { type OwnWeights, ownWeights, pairModel } from "./flow-fit.js";
import { linear } from "./linear.js";
import { monotone, monotoneWidth, nearIdentity } from "./monotone.js";

const softplus = (v: number) => Math.log1p(Math.exp(v));

/** One column's map in float64. */
function mapOf(x: number, raw: ArrayLike<number>, units: number): number {
  let z = Math.exp(raw[0]) * x + raw[1];
  for (let k = 0; k < units; k++) {
    const [c, s, m] = [softplus(raw[2 + k]) / Math.sqrt(units), softplus(raw[2 + units + k]), raw[2 + 2 * units + k]];
    z += c * (k < units / 2 ? Math.tanh : Math.asinh)(s * (x - m));
  }
  return z;
}

describe("monotone maps", () => {
  const units = 4;
  const raw = normalTensor("raw", [1, 3, monotoneWidth(units)]);
  const x = normalTensor("x", [5, 3], 2);
  const columnOf = (values: ArrayLike<number>, j: number) =>
    Array.from(values).slice(j * monotoneWidth(units), (j + 1) * monotoneWidth(units));

  it("are those of the formula, with the log of their derivative", () => {
    const { z, logDet } = monotone(tf.tensor2d([...x.values], [5, 3]), tf.tensor3d([...raw.values], [1, 3, 14]));
    const [values, dets] = [z.dataSync(), logDet.dataSync()];
    for (let i = 0; i < 5; i++) {
      let expected = 0;
      for (let j = 0; j < 3; j++) {
        const at = (v: number) => mapOf(v, columnOf(raw.values, j), units);
        const v = x.values[i * 3 + j];
        // float32
        expect(values[i * 3 + j]).toBeCloseTo(at(v), 4);
        expected += Math.log((at(v + 1e-5) - at(v - 1e-5)) / 2e-5);
      }
      expect(dets[i]).toBeCloseTo(expected, 4);
    }
  });

  it("increase, whatever their parameters are", () => {
    const rng = new Rng("increase");
    for (let trial = 0; trial < 300; trial++) {
      const own = Array.from({ length: monotoneWidth(units) }, () => 2 * rng.normal());
      const points = Array.from({ length: 30 }, () => 3 * rng.normal()).sort((a, b) => a - b);
      const values = points.map((v) => mapOf(v, own, units));
      expect(values.every((v, i) => i === 0 || v > values[i - 1])).toBe(true);
    }
  });

  it("begin next to the identity", () => {
    const start = nearIdentity(1, 8);
    for (const v of [-3, -1, 0, 2]) expect(Math.abs(mapOf(v, start, 8) - v)).toBeLessThan(0.35);
  });

  const loss = ({ x: rows, raw: p }: Record<"x" | "raw", Tensor>) => {
    return tf.tidy(() => {
      const { z, logDet } = monotone(rows as Tensor2D, p);
      return tf.sub(tf.mean(tf.square(z)), tf.mean(logDet));
    });
  };

  it("have the gradients of finite differences", () => {
    checkGradient({
      inputs: { x, raw },
      loss,
      wrt: ["x", "raw"],
      reference: ({ x: rows, raw: p }) => {
        let sum = 0;
        for (let i = 0; i < 15; i++) {
          const own = columnOf(p, i % 3);
          const slope = slopeOf(rows[i], own, units);
          sum += mapOf(rows[i], own, units) ** 2 / 15 - Math.log(slope) / 5;
        }
        return sum;
      },
    });
  });

  it("are the same in the compiled engine", async () => {
    const other = { x: normalTensor("x2", [5, 3]), raw: normalTensor("raw2", [1, 3, 14]) };
    await checkCompiled({ inputs: [{ x, raw }, other], loss, wrt: ["x", "raw"], tolerance: 2e-5 });
  });
});

function slopeOf(x: number, raw: ArrayLike<number>, units: number): number {
  let slope = Math.exp(raw[0]);
  for (let k = 0; k < units; k++) {
    const [c, s, m] = [softplus(raw[2 + k]) / Math.sqrt(units), softplus(raw[2 + units + k]), raw[2 + 2 * units + k]];
    const u = s * (x - m);
    slope += c * s * (k < units / 2 ? 1 - Math.tanh(u) ** 2 : 1 / Math.sqrt(1 + u * u));
  }
  return slope;
}

/** log |det| of a small matrix, row-major, by elimination. */
function logDetOf(matrix: number[][]): number {
  const m = matrix.map((row) => [...row]);
  let sum = 0;
  for (let i = 0; i < m.length; i++) {
    const pivot = m.reduce((best, row, r) => (r >= i && Math.abs(row[i]) > Math.abs(m[best][i]) ? r : best), i);
    [m[i], m[pivot]] = [m[pivot], m[i]];
    sum += Math.log(Math.abs(m[i][i]));
    for (let r = i + 1; r < m.length; r++) {
      const f = m[r][i] / m[i][i];
      for (let c = i; c < m.length; c++) m[r][c] -= f * m[i][c];
    }
  }
  return sum;
}

/** log |det| of the derivative of a map at a point, by central differences. */
function numericLogDet(map: (x: Tensor2D) => Tensor2D, point: readonly number[]): number {
  const step = 3e-3;
  const rows = point.map((_, i) => {
    const at = (shift: number) =>
      Array.from(map(tf.tensor2d([point.map((v, k) => (k === i ? v + shift : v))])).dataSync());
    const [up, down] = [at(step), at(-step)];
    return up.map((v, j) => (v - down[j]) / (2 * step));
  });
  return logDetOf(rows);
}

describe("linear maps", () => {
  it("have the determinant that their diagonal says", async () => {
    const d = 4;
    const t = (name: string, shape: number[]) => tf.tensor([...normalTensor(name, shape, 0.5).values], shape);
    const [lower, upper, scales, shift] = [t("l", [d, d]), t("u", [d, d]), t("s", [d]), t("b", [d])];
    const map = (x: Tensor2D) => linear(x, lower as Tensor2D, upper as Tensor2D, scales as Tensor1D, shift as Tensor1D);
    const point = [0.3, -1, 2, 0.5];
    // float32 and a step of 0.003; the map is linear
    expect(map(tf.tensor2d([point])).logDet.dataSync()[0]).toBeCloseTo(
      numericLogDet((x) => map(x).z, point),
      3,
    );
    const inputs = {
      x: normalTensor("lx", [3, d]),
      lower: normalTensor("ll", [d, d]),
      upper: normalTensor("lu", [d, d]),
    };
    const loss = ({ x, lower: l, upper: u }: Record<"x" | "lower" | "upper", Tensor>) =>
      tf.mean(tf.square(linear(x as Tensor2D, l as Tensor2D, u as Tensor2D, tf.zeros([d]), tf.zeros([d])).z));
    const other = { ...inputs, x: normalTensor("lx2", [3, d]) };
    await checkCompiled({ inputs: [inputs, other], loss, wrt: ["x", "lower", "upper"] });
  });
});

describe("flows", () => {
  it.each([1, 2, 3, 5])("of %d columns have the determinant of their derivative", (columns) => {
    const made = flow("f", { columns, blocks: 2, units: 8, hidden: 16 });
    const layout = modelLayout(made);
    const rng = new Rng("flow");
    // away from the identity: all parameters moved
    const average = layout.parameters.initialise(rng).map((v) => v + 0.2 * rng.normal());
    const context = evaluationContext(layout, { average: tf.tensor1d(average) });
    const point = Array.from({ length: columns }, () => rng.normal());
    const { logDet } = made.apply(context, tf.tensor2d([point]));
    // float32 and a step of 0.003
    expect(Math.abs(logDet.dataSync()[0] - numericLogDet((x) => made.apply(context, x).z, point))).toBeLessThan(0.02);
  });
});

describe("the normal law of the latents", () => {
  const a = [0.4, -1.2, 0.9];
  const b = [1.1, 0.3];
  const w = [0.7, -0.3];

  it("has the density of independent pairs with correlations", () => {
    const [first, second] = [tf.tensor2d([a]), tf.tensor2d([b])];
    const ratio = normalLogRatio(first, second, tf.tensor1d(w));
    const traced = tf.addN([ratio, normalLogDensity(first), normalLogDensity(second)]).dataSync()[0];
    const rho = w.map(Math.tanh);
    const pair = (u: number, v: number, r: number) =>
      logNormalDensity(u) + logNormalDensity(v, r * u, Math.sqrt(1 - r * r));
    const expected = pair(a[0], b[0], rho[0]) + pair(a[1], b[1], rho[1]) + logNormalDensity(a[2]);
    // float32
    expect(traced).toBeCloseTo(expected, 5);
    const alone = [...a, ...b].reduce((sum, v) => sum + logNormalDensity(v), 0);
    expect(pairLogRatio(a, b, rho)).toBeCloseTo(expected - alone, 12);
  });

  it("bounds the information by what its marginals miss: E t <= I + min of both, by quadrature", () => {
    // x = 1.5 u, y = 0.8 x / 1.5 + 0.6 e: the model believes in variance 1 of both and a correlation of 0.7
    const [rho, r, spread] = [0.7, 0.8, 1.5];
    const truth = -0.5 * Math.log(1 - r * r);
    const inner = (u: number) => (e: number) =>
      normalDensity(e) * pairLogRatio([spread * u], [r * u + Math.sqrt(1 - r * r) * e], [rho]);
    const mean = integratePanels((u) => normalDensity(u) * integratePanels(inner(u), -8, 8, 8, 12), -8, 8, 8, 12);
    const divergence = 0.5 * (spread ** 2 - 1 - Math.log(spread ** 2));
    // y is standard normal, so that its own divergence is 0 and the bound is the information itself
    expect(mean).toBeLessThan(truth);
    // E t = I - KL(p || q) + KL(p_x || q_x) + KL(p_y || q_y)
    const conditional = (variance: number, slope: number) =>
      0.5 * (Math.log((1 - rho * rho) / variance) + (variance + slope ** 2) / (1 - rho * rho) - 1);
    const joint = divergence + conditional(1 - r * r, Math.abs(r - rho * spread));
    expect(mean).toBeCloseTo(truth - joint + divergence, 9);
  });

  it("has the gradients of finite differences, in both engines", async () => {
    const inputs: Record<"a" | "b" | "w", TestTensor> = {
      a: normalTensor("pa", [4, 3]),
      b: normalTensor("pb", [4, 2]),
      w: normalTensor("pw", [2], 0.5),
    };
    const loss = ({ a: first, b: second, w: of }: Record<"a" | "b" | "w", Tensor>) =>
      tf.tidy(() => {
        const [u, v] = [first as Tensor2D, second as Tensor2D];
        const parts = [normalLogRatio(u, v, of as Tensor1D), normalLogDensity(u), normalLogDensity(v)];
        return tf.neg(tf.mean(tf.addN(parts)));
      });
    checkGradient({
      inputs,
      loss,
      // values of about 5 in float32
      valueTolerance: 1e-5,
      wrt: ["a", "b", "w"],
      reference: ({ a: first, b: second, w: of }) => {
        let sum = 0;
        for (let i = 0; i < 4; i++) {
          const [u, v] = [first.slice(3 * i, 3 * i + 3), second.slice(2 * i, 2 * i + 2)];
          sum += pairLogRatio(u, v, of.map(Math.tanh)) + [...u, ...v].reduce((all, z) => all + logNormalDensity(z), 0);
        }
        return -sum / 4;
      },
    });
    const other = { ...inputs, a: normalTensor("pa2", [4, 3]) };
    await checkCompiled({ inputs: [inputs, other], loss, wrt: ["a", "b", "w"] });
  });
});

describe("the model of a pair", () => {
  const scoreOf = (own: OwnWeights, x: number[], y: number[]) => {
    const model = pairModel(x.length, y.length, own);
    const layout = modelLayout(model);
    const average = tf.tensor1d(layout.parameters.initialise(new Rng("start")));
    const sides = { x: tf.tensor2d([x]), y: tf.tensor2d([y]) };
    const { latents, score } = model.forward(evaluationContext(layout, { average }), sides);
    return { a: [...latents.x.dataSync()], b: [...latents.y.dataSync()], score: score.dataSync()[0] };
  };

  it("is next to standard normal to begin with", () => {
    const { a, b, score } = scoreOf({ x: 1, y: 1 }, [0.5, -1], [0.2]);
    const plain = [0.5, -1, 0.2].reduce((sum, v) => sum + logNormalDensity(v), 0);
    // coupling maps begin a little apart from the identity
    expect(Math.abs(score - pairLogRatio(a, b, [Math.tanh(0.7)]) - plain)).toBeLessThan(2.5);
  });

  it("adds the densities of the sides, each with its weight, to the ratio", () => {
    const { a, b, score: ratio } = scoreOf({ x: 0, y: 0 }, [0.5, -1], [0.2]);
    // float32
    expect(ratio).toBeCloseTo(pairLogRatio(a, b, [Math.tanh(0.7)]), 5);
    const at = (x: number, y: number) => scoreOf({ x, y }, [0.5, -1], [0.2]).score - ratio;
    expect(at(0.1, 1)).toBeCloseTo(0.1 * at(1, 0) + at(0, 1), 5);
  });

  it("weighs the sides so that the true law stays the best", () => {
    for (const [x, y] of [
      [1, 1],
      [2, 1],
      [1, 3],
      [4, 4],
    ]) {
      const own = ownWeights(x, y);
      expect(1 - own.x + (1 - own.y)).toBeLessThanOrEqual(1);
      expect(own.x < own.y).toBe(x > y);
    }
  });
});

describe("coupling maps", () => {
  /** Second difference of each latent in two columns: 0 of what is a sum of a function of each. */
  const interaction = (blocks: number) => {
    const map = flow("x", { columns: 2, blocks, units: 8, hidden: 64 });
    const layout = modelLayout(map);
    const average = tf.tensor1d(layout.parameters.initialise(new Rng("coupling")));
    const context = evaluationContext(layout, { average });
    const corners = [1, -1].flatMap((u) => [1, -1].map((v) => [u, v]));
    const z = map.apply(context, tf.tensor2d(corners)).z.arraySync();
    return [0, 1].map((j) => Math.abs(z[0][j] - z[1][j] - z[2][j] + z[3][j]));
  };

  it("move the first columns first, then the others, from the start", () => {
    const one = interaction(1);
    expect(one[0]).toBeGreaterThan(0.03);
    expect(one[1]).toBeLessThan(0.03);
    expect(Math.min(...interaction(2))).toBeGreaterThan(0.03);
  });
});
