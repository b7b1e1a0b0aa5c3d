import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs";
import type { CompiledStep, Engine, EngineState, StepDefinition, TensorMap, TensorSpec } from "../engine/engine.js";
import { sizeOf } from "../engine/shapes.js";
import tf from "../tensorflow.js";
import { HyperParameters } from "./hyper.js";
import { noiseInput } from "./noise.js";
import { alongGradient, type FitStep, lossGradient, type RowParts, type StepPlan, trainingContext } from "./step.js";

/** Name of the state entry that the gradient is added up in. */
export const gradientEntry = "gradient";
/** Name of the gradient of the loss by an output of the rows. */
const slope = (output: string) => `slope.${output}`;

/**
 * A training step that holds the activations of some rows at a time. Rows go through their own part of the model without
 * a gradient; the loss of the whole batch gives its gradient by what they gave; the rows go through again with that gradient,
 *   dL/dw = (dL/dw with what the rows gave held fixed) + sum over rows of (d rows/dw)^T dL/d rows;
 * the optimiser moves along it. Its inputs, outputs and state are those of the step in one piece, whose result it has up to
 * rounding.
 * @throws what compiling a step throws; nothing stays on the engine then
 */
export async function compileByRows(engine: Engine, state: EngineState, train: FitStep): Promise<CompiledStep> {
  const { plan } = train;
  const { byRows } = plan.objective;
  if (byRows === undefined) throw new RangeError("no part of the model treats rows by themselves");
  const compiled: CompiledStep[] = [];
  try {
    for (const definition of definitions(plan, byRows)) compiled.push(await engine.compile(definition, state));
  } catch (error) {
    for (const step of compiled) await step.dispose();
    throw error;
  }
  return new StepByRows(train, byRows, compiled);
}

/** Rows forward, loss, rows backward, optimiser. */
function definitions(plan: StepPlan, byRows: RowParts): StepDefinition[] {
  return [rowsForward(plan, byRows), batchLoss(plan, byRows), rowsBackward(plan, byRows), update(plan)];
}

function rowsForward(plan: StepPlan, byRows: RowParts): StepDefinition {
  return {
    name: "train: rows",
    state: ["parameters"],
    inputs: rowInputs(plan, byRows),
    run: ({ parameters }, inputs) => ({ outputs: rowValues(plan, byRows, parameters, inputs) }),
  };
}

function batchLoss(plan: StepPlan, byRows: RowParts): StepDefinition {
  const { objective, layout, noise } = plan;
  const { batchSize } = objective;
  const through = differentiable(byRows).map(({ name }) => name);
  return {
    name: "train: loss",
    state: ["parameters", ...(layout.moments.size > 0 ? ["running"] : []), gradientEntry],
    inputs: [
      ...objective.inputs.filter(({ name }) => !byRows.inputs.includes(name)),
      ...byRows.outputs.map(({ name, width }) => ({ name, shape: [batchSize, width] })),
      hyperInput(plan),
      ...noise
        .filter(({ name }) => !byRows.noise.includes(name))
        .map(({ name, shape }) => ({ name: noiseInput(name), shape: shape(batchSize) })),
    ],
    run: (state, inputs) => {
      const { gradient, of, report, running } = lossGradient(plan, state, inputs, through);
      const slopes = Object.fromEntries(through.map((name, i) => [slope(name), of[i]]));
      return {
        state: { [gradientEntry]: gradient, ...running },
        outputs: { report: tf.concat([...report]), ...slopes },
      };
    },
  };
}

function rowsBackward(plan: StepPlan, byRows: RowParts): StepDefinition {
  const through = differentiable(byRows);
  const slopes = through.map(({ name, width }) => ({ name: slope(name), shape: [byRows.rows, width] }));
  return {
    name: "train: rows back",
    state: ["parameters", gradientEntry],
    inputs: [...rowInputs(plan, byRows), ...slopes],
    run: (state, inputs) => {
      const along = (parameters: Tensor): Scalar => {
        const given = rowValues(plan, byRows, parameters, inputs);
        const parts = through.map(({ name }) => tf.sum(tf.mul(given[name], inputs[slope(name)])));
        return parts.reduce((a, b) => tf.add(a, b)) as Scalar;
      };
      const { value, grad } = tf.valueAndGrad(along)(state.parameters);
      return {
        state: { [gradientEntry]: tf.add(state[gradientEntry], grad) },
        outputs: { along: tf.reshape(value, [1]) },
      };
    },
  };
}

function update(plan: StepPlan): StepDefinition {
  const { hyper, kept, clip } = plan;
  const constants = ["rateScale", "decay", ...(clip.only === undefined ? [] : ["clipMask"])];
  return {
    name: "train: update",
    state: ["parameters", ...kept, "average", gradientEntry, ...constants],
    inputs: [hyperInput(plan)],
    run: (state, inputs) => {
      const given = hyper.unpack(inputs[HyperParameters.inputName]);
      const { moved, norm } = alongGradient(plan, state, state[gradientEntry] as Tensor1D, given);
      return { state: moved, outputs: { norm } };
    },
  };
}

function differentiable({ outputs }: RowParts): RowParts["outputs"] {
  return outputs.filter((output) => output.differentiable);
}

function hyperInput({ hyper }: StepPlan): TensorSpec {
  return { name: HyperParameters.inputName, shape: [hyper.names.length] };
}

function rowValues(plan: StepPlan, byRows: RowParts, parameters: Tensor, inputs: TensorMap): TensorMap {
  return byRows.value({ context: trainingContext(plan, parameters as Tensor1D, inputs, new Map()), inputs });
}

/** Inputs of the part of the rows, of as many as go through at a time. */
function rowInputs({ objective, noise }: StepPlan, { rows, inputs, noise: ownNoise }: RowParts): TensorSpec[] {
  return [
    ...objective.inputs
      .filter(({ name }) => inputs.includes(name))
      .map(({ name, shape }) => ({ name, shape: [rows, ...shape.slice(1)] })),
    ...noise
      .filter(({ name }) => ownNoise.includes(name))
      .map(({ name, shape }) => ({ name: noiseInput(name), shape: shape(rows) })),
  ];
}

class StepByRows implements CompiledStep {
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Inputs of the part of the rows, of the whole batch. */
  private readonly whole: Readonly<Record<string, Float32Array>>;

  constructor(
    { plan, report }: FitStep,
    private readonly byRows: RowParts,
    private readonly steps: readonly CompiledStep[],
  ) {
    const { batchSize } = plan.objective;
    const scale = (shape: readonly number[]) => new Float32Array((sizeOf(shape) / byRows.rows) * batchSize);
    this.whole = Object.fromEntries(rowInputs(plan, byRows).map(({ name, shape }) => [name, scale(shape)]));
    const given = byRows.outputs.map(({ name }) => name);
    const others = Object.entries(steps[1].inputs).filter(([name]) => !given.includes(name));
    this.inputs = { ...Object.fromEntries(others), ...this.whole };
    this.outputs = { report: new Float32Array(report.length) };
    this.batch = batchSize;
  }

  private readonly batch: number;

  async run(): Promise<void> {
    const [forward, loss, backward, update] = this.steps;
    const { outputs } = this.byRows;
    await this.some(forward, (start, count) => {
      for (const { name, width } of outputs)
        loss.inputs[name].set(forward.outputs[name].subarray(0, count * width), start * width);
    });
    await loss.run();
    await this.some(
      backward,
      () => undefined,
      (start, count) => {
        for (const { name, width, differentiable } of outputs) {
          if (!differentiable) continue;
          // Rows beyond the end are those of before, and count for nothing.
          const rows = loss.outputs[slope(name)].subarray(start * width, (start + count) * width);
          backward.inputs[slope(name)].fill(0).set(rows);
        }
      },
    );
    const name = HyperParameters.inputName;
    update.inputs[name].set(loss.inputs[name]);
    await update.run();
    this.outputs.report.set(loss.outputs.report);
    this.outputs.report.set(update.outputs.norm, loss.outputs.report.length);
  }

  async dispose(): Promise<void> {
    for (const step of this.steps) await step.dispose();
  }

  /** Runs a step on all rows, some at a time. */
  private async some(
    step: CompiledStep,
    after: (start: number, count: number) => void,
    before: (start: number, count: number) => void = () => undefined,
  ): Promise<void> {
    const { rows } = this.byRows;
    for (let start = 0; start < this.batch; start += rows) {
      const count = Math.min(rows, this.batch - start);
      for (const [name, values] of Object.entries(this.whole)) {
        const width = values.length / this.batch;
        step.inputs[name].set(values.subarray(start * width, (start + count) * width));
      }
      before(start, count);
      await step.run();
      after(start, count);
    }
  }
}
