import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { StepDefinition, TensorMap, TensorSpec } from "../engine/engine.js";
import type { ForwardContext } from "../models/module.js";
import type { ModelLayout } from "./model-layout.js";

/** Entries of a learner's state that a trained model is. */
export function trainedEntries({ moments }: ModelLayout): string[] {
  return moments.size > 0 ? ["average", "running"] : ["average"];
}

/** What a model reads of its averaged weights and running moments. @param noise by name; its mean where left out */
export function evaluationContext(
  layout: ModelLayout,
  { average, running }: TensorMap,
  noise: Readonly<Record<string, Tensor>> = {},
): ForwardContext {
  return {
    parameters: layout.parameters.unpack(average as Tensor1D),
    training: false,
    noise,
    running:
      layout.moments.size > 0
        ? layout.moments.unpack(running as Tensor1D)
        : (name) => {
            throw new RangeError(`no running moments for "${name}"`);
          },
    observe: () => undefined,
  };
}

/** A step that evaluates a trained model without changing it. @param run outputs by name */
export function evaluationStep(
  name: string,
  layout: ModelLayout,
  inputs: readonly TensorSpec[],
  run: (context: ForwardContext, inputs: TensorMap) => TensorMap,
): StepDefinition {
  return {
    name,
    state: trainedEntries(layout),
    inputs,
    run: (state, given) => ({ outputs: run(evaluationContext(layout, state), given) }),
  };
}
