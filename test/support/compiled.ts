import type { Scalar, Tensor } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { createEngine, type EngineName } from "../../src/engine/index.js";
import { relativeError, type TestTensor } from "./gradients.js";

export interface CompiledCheck<Names extends string> {
  /** Two sets of values of equal shapes: the step is compiled once and run with both. */
  readonly inputs: readonly [Readonly<Record<Names, TestTensor>>, Readonly<Record<Names, TestTensor>>];
  readonly loss: (tensors: Record<Names, Tensor>) => Tensor;
  readonly wrt: readonly NoInfer<Names>[];
  /** Relative L2 error of each gradient between the two engines. */
  readonly tolerance?: number;
}

/**
 * Runs value and gradients of a loss compiled to ONNX and eagerly on the cpu backend and compares them: the loss uses
 * only operations that trace, reads no values, and follows every input that changes between runs.
 */
export async function checkCompiled<Names extends string>(check: CompiledCheck<Names>): Promise<void> {
  const eager = await runWith("cpu", check);
  const compiled = await runWith("onnx", check);
  eager.forEach((outputs, run) => {
    for (const [name, expected] of Object.entries(outputs)) {
      const tolerance = name === "value" ? 2e-6 * Math.max(1, Math.abs(expected[0])) : (check.tolerance ?? 5e-6);
      const actual = compiled[run][name];
      const error = name === "value" ? Math.abs(actual[0] - expected[0]) : relativeError(actual, expected);
      expect(error, `${name} of run ${run}`).toBeLessThan(tolerance);
    }
  });
}

async function runWith<Names extends string>(name: EngineName, { inputs, loss, wrt }: CompiledCheck<Names>) {
  const engine: Engine = await createEngine(name);
  const state = engine.createState([{ name: "unused", shape: [], values: new Float32Array(1) }]);
  const step = await engine.compile(
    {
      name: "loss",
      state: ["unused"],
      inputs: Object.entries<TestTensor>(inputs[0]).map(([name, { shape }]) => ({ name, shape })),
      run: (_, given) => {
        const f = (...args: Tensor[]) =>
          loss({ ...given, ...Object.fromEntries(wrt.map((name, i) => [name, args[i]])) } as Record<Names, Tensor>);
        const { value, grads } = tf.valueAndGrads(f as (...args: Tensor[]) => Scalar)(wrt.map((name) => given[name]));
        return { outputs: { value, ...Object.fromEntries(wrt.map((name, i) => [`gradient of ${name}`, grads[i]])) } };
      },
    },
    state,
  );
  const results: Record<string, Float32Array>[] = [];
  for (const values of inputs) {
    for (const [name, tensor] of Object.entries<TestTensor>(values)) step.inputs[name].set(tensor.values);
    await step.run();
    results.push(Object.fromEntries(Object.entries(step.outputs).map(([name, output]) => [name, output.slice()])));
  }
  step.dispose();
  state.dispose();
  return results;
}
