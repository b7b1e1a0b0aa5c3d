import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { inBatches } from "../../fit/compiled-steps.js";
import { evaluationStep } from "../../fit/evaluation.js";
import { fitModel } from "../../fit/fit-model.js";
import type { Learner } from "../../fit/learner.js";
import type { Objective } from "../../fit/step.js";
import type { ForwardContext, ModuleSpec } from "../../models/module.js";
import tf from "../../tensorflow.js";
import { averagedParameters, batchOf, type FitConstants, type FitRun, fitOptions } from "../fit-options.js";
import { feedSides, type Sides } from "../sides.js";

/** Rows of a fit. */
export interface FlowParts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Maps of sides to latents, and what a fit makes large. */
export interface MapModel extends ModuleSpec {
  readonly forward: (
    context: ForwardContext,
    sides: Readonly<Record<string, Tensor2D>>,
  ) => { readonly latents: Readonly<Record<string, Tensor2D>>; readonly score: Tensor1D };
}

/** Latents of rows that fitted maps made. */
export interface FittedMaps {
  /** By side: [rows] arrays of its columns, in the order of the rows asked for. */
  readonly latents: Readonly<Record<string, readonly Float32Array[]>>;
  /** Values of a parameter. @throws RangeError for one that is not there */
  readonly parameter: (name: string) => Float32Array;
}

/** Constants of every fit. */
const constants: FitConstants = {
  batch: 256,
  steps: 2000,
  stepsPerLook: 40,
  patience: 15,
  learningRate: 5e-3,
  averaging: 0.9,
  clip: 5,
};

interface MapObjective extends Objective {
  readonly model: MapModel;
}

/** Fits maps so that the mean score is large; the epoch that is best on the validation rows is kept. @param wanted rows whose latents are asked for */
export async function fitMaps(
  model: MapModel,
  sides: Sides,
  { train, validation }: FlowParts,
  wanted: Int32Array,
  run: FitRun,
): Promise<FittedMaps> {
  const { learner } = await fitModel<MapObjective>({
    ...fitOptions("the flows", train, constants, run),
    objective: objectiveOf(model, sides, batchOf(train, constants)),
    feed: ({ inputs }, batch) => feedSides(sides, inputs, batch),
    judge: async (learner) => -mean((await evaluated(learner, sides, validation)).score),
  });
  try {
    const { latents } = await evaluated(learner, sides, wanted);
    return { latents, parameter: await averagedParameters(learner) };
  } finally {
    await learner.dispose();
  }
}

/** Mean negative score of a batch. */
function objectiveOf(model: MapModel, sides: Sides, batchSize: number): MapObjective {
  return {
    model,
    batchSize,
    inputs: Object.entries(sides).map(([name, columns]) => ({ name, shape: [batchSize, columns.length] })),
    ...{ noise: [], hyper: [], report: [] },
    value: ({ context, inputs }) => {
      const { score } = model.forward(context, inputs as Record<string, Tensor2D>);
      return { total: tf.neg(tf.mean(score)), report: [] };
    },
  };
}

/** Output of a step that holds the latents of a side. */
const outputOf = (side: string) => `latent/${side}`;

/** Latents and scores of rows by the averaged weights. */
async function evaluated(learner: Learner<MapObjective>, sides: Sides, of: Int32Array) {
  const { model, batchSize, inputs } = learner.objective;
  const step = await learner.steps.get("latents", () =>
    evaluationStep("latents", learner.layout, inputs, (context, given) => {
      const { latents, score } = model.forward(context, given as Record<string, Tensor2D>);
      return { ...Object.fromEntries(Object.entries(latents).map(([name, z]) => [outputOf(name), z])), score };
    }),
  );
  const latents: Record<string, Float32Array[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const score = new Float64Array(of.length);
  await inBatches(of, batchSize, async (batch, start) => {
    feedSides(sides, step.inputs, batch);
    await step.run();
    for (let i = 0; i < batch.length; i++) {
      for (const [name, { length: width }] of Object.entries(sides)) {
        latents[name].push(step.outputs[outputOf(name)].slice(i * width, (i + 1) * width));
      }
      score[start + i] = step.outputs.score[i];
    }
  });
  return { latents, score };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
