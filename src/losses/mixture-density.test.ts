import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { checkGradient, normalTensor, readValue, testTensor } from "../../test/support/gradients.js";
import { mixtureLogDensity } from "./mixture-density.js";

beforeAll(() => tf.setBackend("cpu"));

const batch = 7;
const components = 3;
type Given = Record<"shapes" | "x", Tensor>;
const loss = ({ shapes, x }: Given) => tf.tidy(() => tf.mean(mixtureLogDensity(shapes as Tensor2D, x as Tensor2D)));
const inputs = (seed: string) => ({
  shapes: normalTensor(`shapes ${seed}`, [batch, 3 * components]),
  x: normalTensor(`x ${seed}`, [batch, 1], 2),
});

/** The formula in float64, sums of exponentials as they stand. */
function reference({ shapes, x }: Record<"shapes" | "x", number[]>): number {
  let sum = 0;
  for (let i = 0; i < batch; i++) {
    const column = (j: number, k: number) => shapes[i * 3 * components + j * components + k];
    const all = Array.from({ length: components }, (_, k) => Math.exp(column(0, k))).reduce((a, b) => a + b, 0);
    let density = 0;
    for (let k = 0; k < components; k++) {
      const scale = Math.exp(Math.min(3, Math.max(-6, column(2, k))));
      const distance = (x[i] - column(1, k)) / scale;
      density += ((Math.exp(column(0, k)) / all) * Math.exp(-0.5 * distance ** 2)) / (scale * Math.sqrt(2 * Math.PI));
    }
    sum += Math.log(density);
  }
  return sum / batch;
}

describe("mixtureLogDensity", () => {
  it("value and gradients equal the float64 reference", () => {
    checkGradient({ inputs: inputs("a"), loss, reference, wrt: ["shapes", "x"] });
  });

  it("is the same compiled, value and gradients", async () => {
    await checkCompiled({ inputs: [inputs("a"), inputs("b")], loss, wrt: ["shapes", "x"] });
  });

  it("is that of the normal distribution where all components are", () => {
    const shapes = tf.zeros([2, 6]) as Tensor2D;
    const [centre, far] = readValue(() => mixtureLogDensity(shapes, tf.tensor2d([[0], [3]])));
    expect(centre).toBeCloseTo(-0.9189385332, 6); // -log(2 pi) / 2
    expect(far).toBeCloseTo(-0.9189385332 - 4.5, 5);
  });

  it("stays finite far out, and clamps the scales", () => {
    const shapes = testTensor([1, 3], [0, 0, -50]);
    const make = () => tf.tensor2d([...shapes.values], [1, 3]);
    expect(readValue(() => mixtureLogDensity(make(), tf.tensor2d([[0]])))[0]).toBeCloseTo(6 - 0.9189385, 5);
    expect(Number.isFinite(readValue(() => mixtureLogDensity(make(), tf.tensor2d([[40]])))[0])).toBe(true);
  });

  it("refuses columns that are no components, and numbers that would broadcast", () => {
    expect(() => mixtureLogDensity(tf.zeros([2, 5]), tf.zeros([2, 1]))).toThrow(/3 columns per component, got 5/);
    expect(() => mixtureLogDensity(tf.zeros([2, 6]), tf.zeros([1, 1]))).toThrow(/x: expected shape \[2, 1\]/);
  });
});
