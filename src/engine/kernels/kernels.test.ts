import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { KernelCase } from "../../../test/support/kernel-case.js";
import { convolutionCases } from "../../../test/support/kernel-cases-convolution.js";
import { elementwiseCases } from "../../../test/support/kernel-cases-elementwise.js";
import { linearCases } from "../../../test/support/kernel-cases-linear.js";
import { indexCases, shapeCases } from "../../../test/support/kernel-cases-shape.js";
import { Rng } from "../../math/rng.js";
import type { CompiledStep, Engine, StepDefinition } from "../engine.js";
import { createEngine } from "../index.js";
import { createOnnxEngine } from "../onnx/onnx.js";
import { traceBackend } from "../onnx/trace-backend.js";
import { sizeOf } from "../shapes.js";
import { kernels } from "./index.js";

const cases = [...elementwiseCases, ...shapeCases, ...linearCases, ...indexCases, ...convolutionCases];

/** A step that returns f and the gradient of sum(f * dy) by every operand. */
function parityStep({ name, shapes, f, gradient = true }: KernelCase, outShape: number[]): StepDefinition {
  const names = shapes.map((_, i) => `x${i}`);
  return {
    name,
    state: [],
    inputs: [...shapes.map((shape, i) => ({ name: names[i], shape })), { name: "dy", shape: outShape }],
    run: (_, inputs) => {
      const operands = names.map((key) => inputs[key]);
      const outputs: Record<string, tf.Tensor> = { value: f(...operands) };
      if (!gradient) return { outputs };
      const gradients = tf.grads((...xs: tf.Tensor[]) => f(...xs))(operands, inputs.dy);
      for (const [i, g] of gradients.entries()) outputs[`gradient ${i}`] = g;
      return { outputs };
    },
  };
}

describe("every kernel agrees with the eager cpu backend, forward and gradient", () => {
  let compiled: Engine;
  let standard: Engine;
  let eager: Engine;
  const called = new Set<string>();

  beforeAll(async () => {
    compiled = await createEngine("onnx");
    standard = await createOnnxEngine("onnx", { block: 1 });
    eager = await createEngine("cpu");
    const backend = traceBackend();
    const call = backend.call.bind(backend);
    vi.spyOn(backend, "call").mockImplementation((name, ...rest) => {
      called.add(name);
      return call(name, ...rest);
    });
  });

  async function run(engine: Engine, step: StepDefinition, values: Record<string, Float32Array>) {
    const bound: CompiledStep = await engine.compile(step, engine.createState([]));
    for (const [name, data] of Object.entries(values)) bound.inputs[name].set(data);
    await bound.run();
    bound.dispose();
    return bound.outputs;
  }

  it.each(cases)("$name", async (example) => {
    await tf.setBackend("cpu");
    const outShape = tf.tidy(() => example.f(...example.shapes.map((shape) => tf.ones([...shape]))).shape);
    const step = parityStep(example, outShape);
    const rng = new Rng(example.name);
    const [low, high] = example.range ?? [0, 0];
    const draw = () => (example.range ? low + (high - low) * rng.uniform() : rng.normal());
    const values = Object.fromEntries(
      step.inputs.map(({ name, shape }) => [
        name,
        Float32Array.from({ length: sizeOf(shape) }, name === "dy" ? () => rng.normal() : draw),
      ]),
    );
    const expected = await run(eager, step, values);
    for (const engine of convolutionCases.includes(example) ? [compiled, standard] : [compiled]) {
      const actual = await run(engine, step, values);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, wanted] of Object.entries(expected))
        expect(distance(actual[name], wanted), name).toBeLessThan(2e-6);
    }
  });

  it("covers every kernel of the table", () => {
    const internal = ["Fill", "BroadcastTo", "Identity"];
    const untested = Object.keys(kernels).filter((name) => !called.has(name) && !internal.includes(name));
    expect(untested).toEqual([]);
  });
});

/** |a - b| / max(1, |b|), Euclidean norms; infinite if a length or a NaN differs. */
function distance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) !== Number.isNaN(b[i])) return Number.POSITIVE_INFINITY;
    difference += (a[i] - b[i]) ** 2 || 0;
    norm += b[i] ** 2 || 0;
  }
  return Math.sqrt(difference) / Math.max(1, Math.sqrt(norm));
}
