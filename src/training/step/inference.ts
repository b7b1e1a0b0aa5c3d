import type { CompiledStep, Engine, EngineState } from "../../engine/engine.js";
import { CompiledSteps, inBatches } from "../../fit/compiled-steps.js";
import { type ModelLayout, modelLayout } from "../../fit/model-layout.js";
import { noiseInput } from "../../fit/noise.js";
import type { Rng } from "../../math/rng.js";
import type { PidReg } from "../../models/pidreg.js";
import { readRows, rowCount, type TrainingModality } from "../data.js";
import { bottleneckNoise, fusionStep, inferenceStep } from "./inference-step.js";
import { feedPresence } from "./step-feed.js";

/** Prepared rows of one modality; the latent of a row that lacks it is replaced by its mean. */
export type InferenceInput = TrainingModality;

export interface InferenceRequest {
  readonly inputs: readonly InferenceInput[];
  readonly rows: ArrayLike<number>;
  /** Fusion weights [T]. */
  readonly weights: ArrayLike<number>;
  /** Per fusion term 1 to keep it, 0 to replace it by its mean; all are kept if left out. */
  readonly keep?: ArrayLike<number>;
  /** Mean of each fusion term over the training rows, [T, d]; needed with `keep`. */
  readonly termMeans?: Float32Array;
  /** Draws the bottleneck noise from this stream instead of using its mean. */
  readonly noise?: Rng;
  /** Whether near training rows count, where the model has them; they do if left out. */
  readonly neighbours?: boolean;
}

/** What the encoders make of rows: enough to predict them again without a modality, or without a term. */
export interface EncodedRows {
  /** [rows, M * d], latents of the modalities side by side; their mean where a row lacks a modality. */
  readonly latents: Float32Array;
  /** [M * d], the means. */
  readonly means: Float32Array;
  /** [rows, M * dm], parts of the modalities in the linear path; null for a model without one. */
  readonly linear: Float32Array | null;
}

export interface InferenceResult extends EncodedRows {
  /** [rows, dm], scale of the transformed target. */
  readonly prediction: Float32Array;
  /** The same without what near training rows add; `prediction` itself where they add nothing. */
  readonly network: Float32Array;
}

/** Rows per call; a last, smaller batch is padded, which is exact because inference treats rows independently. */
export const inferenceBatch = 256;
/** Most numbers of a batch: of rows that are wider than those of tables there are fewer. */
const mostInputs = 1 << 22;

/** Rows per call of a model whose rows have so many numbers. @param most rows of narrow ones */
export function inferenceRows(width: number, most: number = inferenceBatch): number {
  return Math.max(1, Math.min(most, Math.floor(mostInputs / width)));
}

/** Runs the averaged model over any rows of prepared tables, batch by batch. */
export class Inference {
  /** The call that was asked for last. */
  private before: Promise<unknown> = Promise.resolve();

  /** @param steps those of a learner; `Inference.of` makes its own */
  constructor(
    private readonly steps: CompiledSteps,
    private readonly model: PidReg,
    private readonly layout: ModelLayout,
    private readonly ownState: EngineState | null = null,
    private readonly most: number = inferenceBatch,
  ) {}

  /**
   * Puts trained weights on an engine; disposing of the inference takes them off it.
   * @param most rows per call: fewer where single rows are asked for, which cost as much as a batch
   */
  static of(
    engine: Engine,
    model: PidReg,
    { average, running }: { readonly average: Float32Array; readonly running: Float32Array },
    most: number = inferenceBatch,
  ): Inference {
    const state = engine.createState([
      { name: "average", shape: [average.length], values: average },
      { name: "running", shape: [running.length], values: running },
    ]);
    return new Inference(new CompiledSteps(engine, state), model, modelLayout(model), state, most);
  }

  /** @throws RangeError if the inputs do not match the model's modalities by name and width */
  run(request: InferenceRequest): Promise<InferenceResult> {
    return this.inTurn(() => this.runNow(request));
  }

  private async runNow(request: InferenceRequest): Promise<InferenceResult> {
    const { latentDim, modalities, targets } = this.model.architecture;
    const { rows, noise } = request;
    this.checkInputs(request.inputs);
    const absent = request.inputs.some(({ present }) => present !== undefined);
    const neighbours = this.model.neighbours !== null && request.neighbours !== false;
    const step = await this.compiled(noise !== undefined, absent, neighbours);
    this.fillConstants(step, request);
    const width = modalities.length * latentDim;
    const network = new Float32Array(rows.length * targets);
    const prediction = neighbours ? new Float32Array(rows.length * targets) : network;
    const latents = new Float32Array(rows.length * width);
    const parts = modalities.length * targets;
    const linear = this.model.linear === null ? null : new Float32Array(rows.length * parts);
    await inBatches(rows, this.batch, async (batchRows, start) => {
      const count = batchRows.length;
      for (const input of request.inputs) await readRows(input, batchRows, step.inputs[`x.${input.name}`]);
      if (absent) feedPresence(step.inputs.present, request.inputs, batchRows);
      if (noise !== undefined) for (const { name } of modalities) noise.fillNormal(step.inputs[noiseName(name)]);
      await step.run();
      const said = step.outputs.prediction.subarray(0, count * targets);
      network.set(said, start * targets);
      if (neighbours)
        prediction.set(
          said.map((value, i) => value + step.outputs.near[i]),
          start * targets,
        );
      latents.set(step.outputs.latents.subarray(0, count * width), start * width);
      linear?.set(step.outputs.linear.subarray(0, count * parts), start * parts);
    });
    return { prediction, network, latents, linear, means: step.outputs.means.slice() };
  }

  /**
   * Predicts rows again from what the encoders made of them, [rows, dm]: no row is read, and no encoder runs. A modality that a row
   * lacked must be lacking again. Near training rows do not count.
   * @param encoded what `run` gave of the same rows, without noise
   */
  again(encoded: EncodedRows, request: Omit<InferenceRequest, "noise" | "neighbours">): Promise<Float32Array> {
    return this.inTurn(() => this.againNow(encoded, request));
  }

  private async againNow(
    encoded: EncodedRows,
    request: Omit<InferenceRequest, "noise" | "neighbours">,
  ): Promise<Float32Array> {
    const { targets, modalities, latentDim } = this.model.architecture;
    const { rows, inputs } = request;
    this.checkInputs(inputs);
    const step = await this.steps.get("fusion", () => fusionStep(this.model, this.layout, this.batch));
    this.fillConstants(step, request);
    step.inputs.means.set(encoded.means);
    const width = modalities.length * latentDim;
    const parts = modalities.length * targets;
    const prediction = new Float32Array(rows.length * targets);
    await inBatches(rows, this.batch, async (batchRows, start) => {
      const end = start + batchRows.length;
      step.inputs.latents.set(encoded.latents.subarray(start * width, end * width));
      if (encoded.linear !== null) step.inputs.linear.set(encoded.linear.subarray(start * parts, end * parts));
      feedPresence(step.inputs.present, inputs, batchRows);
      await step.run();
      prediction.set(step.outputs.prediction.subarray(0, batchRows.length * targets), start * targets);
    });
    return prediction;
  }

  /** One call after the other: a compiled step has one place for what it reads and for what it gives. */
  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.before.then(call);
    this.before = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async dispose(): Promise<void> {
    await this.steps.dispose();
    this.ownState?.dispose();
  }

  private get batch(): number {
    const { modalities, neighbours } = this.model.architecture;
    const width = modalities.reduce((sum, { inputWidth }) => sum + inputWidth, 0);
    return inferenceRows(width + (neighbours?.rows ?? 0), this.most);
  }

  private compiled(sampleLatents: boolean, absentModalities: boolean, neighbours: boolean): Promise<CompiledStep> {
    const options = { batchSize: this.batch, sampleLatents, absentModalities, neighbours };
    return this.steps.get(`${sampleLatents} ${absentModalities} ${neighbours}`, () =>
      inferenceStep(this.model, this.layout, options),
    );
  }

  private fillConstants(step: CompiledStep, { weights, keep, termMeans }: InferenceRequest): void {
    const terms = this.model.terms.length;
    if (weights.length !== terms) throw new RangeError(`expected ${terms} fusion weights, found ${weights.length}`);
    if (keep !== undefined && termMeans === undefined) throw new RangeError("taking out terms needs their means");
    step.inputs.fusionWeights.set(weights);
    step.inputs.keep.set(keep ?? new Float32Array(terms).fill(1));
    step.inputs.termMeans.set(termMeans ?? new Float32Array(step.inputs.termMeans.length));
  }

  private checkInputs(inputs: readonly InferenceInput[]): void {
    const expected = this.model.architecture.modalities.map(({ name, inputWidth }) => `${name} (${inputWidth})`);
    const found = inputs.map(({ name, width }) => `${name} (${width})`);
    if (expected.join() !== found.join()) {
      throw new RangeError(`the model reads ${expected.join(", ")}; it was given ${found.join(", ")}`);
    }
  }
}

const noiseName = (modality: string) => noiseInput(bottleneckNoise(modality));

/** The inputs as they were if every row had only one of the modalities. @param m index of the one that stays */
export function aloneInputs<T extends InferenceInput>(inputs: readonly T[], m: number): T[] {
  return inputs.map((input, k) => (k === m ? input : { ...input, present: new Uint8Array(rowCount(input)) }));
}

/**
 * What the network predicts from each modality alone, per modality row-major [rows, targets], model scale.
 * @param encoded what `run` gave of the same rows
 */
export async function predictFromEachAlone(
  inference: Inference,
  request: Pick<InferenceRequest, "inputs" | "rows" | "weights">,
  encoded: EncodedRows,
): Promise<Float32Array[]> {
  const predictions: Float32Array[] = [];
  for (const m of request.inputs.keys()) {
    predictions.push(await inference.again(encoded, { ...request, inputs: aloneInputs(request.inputs, m) }));
  }
  return predictions;
}
