import tf from "../tensorflow.js";
import type { EngineState, InitialTensor, StepDefinition, TensorMap, TensorSpec } from "./engine.js";
import { sameShape, sizeOf } from "./shapes.js";

/** What a step returned, checked: changed state entries and outputs as float32 tensors. */
export interface StepResult {
  readonly state: TensorMap;
  readonly outputs: TensorMap;
}

/** Specs of the state entries that a step names. @throws if the state lacks one or the step names one twice */
export function stepStateSpecs(step: StepDefinition, state: EngineState): TensorSpec[] {
  const known = new Map(state.specs.map((spec) => [spec.name, spec]));
  if (new Set(step.state).size !== step.state.length) throw new Error(`step "${step.name}" names a state entry twice`);
  return step.state.map((name) => {
    const spec = known.get(name);
    if (spec) return spec;
    throw new Error(
      `step "${step.name}" uses the state entry "${name}"; the state has ${[...known.keys()].join(", ")}`,
    );
  });
}

/**
 * Calls the step function and checks what it returns: every changed entry is one the step declared, with its shape.
 * Call it inside `inStepScope`.
 */
export function callStep(step: StepDefinition, state: TensorMap, inputs: TensorMap): StepResult {
  const result = step.run(state, inputs);
  const changed = result.state ?? {};
  for (const [name, tensor] of Object.entries(changed)) {
    const before = state[name];
    if (!before) throw new Error(`step "${step.name}" returned state "${name}", which its definition does not list`);
    if (!sameShape(before.shape, tensor.shape))
      throw new Error(`step "${step.name}": state "${name}" is [${before.shape}] but [${tensor.shape}] was returned`);
  }
  return { state: mapTensors(changed, asFloat), outputs: mapTensors(result.outputs, asFloat) };
}

/**
 * Runs `body` in a tidy scope and disposes everything it made, also tensors it kept with `tf.keep` (a step keeps
 * auxiliary values to carry them out of `tf.valueAndGrads`; they live until the step ends). What `body` returns must
 * not be a tensor made inside, except one that it kept through the `keep` it is given.
 */
export function inStepScope<T>(body: (keep: (tensor: tf.Tensor) => tf.Tensor) => T): T {
  const engine = tf.engine();
  const original = engine.keep;
  const kept: tf.Tensor[] = [];
  engine.keep = <K extends tf.Tensor>(tensor: K): K => {
    kept.push(tensor);
    return original.call(engine, tensor) as K;
  };
  engine.startScope("step");
  try {
    return body((tensor) => original.call(engine, tensor));
  } finally {
    engine.keep = original;
    engine.endScope();
    for (const tensor of kept) tensor.dispose();
  }
}

/** @throws if an entry is named twice or its values do not fill its shape */
export function checkInitial(entries: readonly InitialTensor[]): void {
  const seen = new Set<string>();
  for (const { name, shape, values } of entries) {
    if (seen.has(name)) throw new Error(`state entry "${name}" is given twice`);
    seen.add(name);
    checkLength(name, shape, values);
  }
}

/** @throws if `values` does not fill `shape` */
export function checkLength(name: string, shape: readonly number[], values: Float32Array): void {
  if (values.length !== sizeOf(shape))
    throw new Error(`state "${name}" has shape [${shape}], ${sizeOf(shape)} values; got ${values.length}`);
}

function mapTensors(map: TensorMap, f: (tensor: tf.Tensor) => tf.Tensor): TensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [name, f(tensor)]));
}

function asFloat(tensor: tf.Tensor): tf.Tensor {
  return tensor.dtype === "float32" ? tensor : tf.cast(tensor, "float32");
}
