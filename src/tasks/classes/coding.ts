import { z } from "zod";
import type { Target } from "../../data/dataset.js";
import { InputError } from "../../errors.js";
import { softmaxOf } from "../../math/softmax.js";
import type { TargetCoding, TargetEncoding } from "../task.js";
import { contrasts, rowsTimes, transposed, whitening } from "./simplex.js";
import { calibratedTemperature } from "./temperature.js";
import { probabilitiesToGraph } from "./to-graph.js";

/** Most classes of a target. */
const mostClasses = 100;

/** What was fitted on the classes of the training rows; plain JSON. */
interface ClassState {
  readonly name: string;
  readonly labels: readonly string[];
  /** Of the training rows, [classes]. */
  readonly shares: readonly number[];
  readonly rows: number;
  /** What logits are divided by. */
  readonly temperature: number;
}

const stored = z
  .strictObject({
    name: z.string(),
    labels: z.array(z.string()).min(2).max(mostClasses),
    shares: z.array(z.number().gt(0).lt(1)).min(2),
    rows: z.int().min(2),
    temperature: z.number().positive(),
  })
  .refine(({ labels, shares }) => labels.length === shares.length, "expected a share for each class")
  .refine(({ labels }) => new Set(labels).size === labels.length, "expected labels that differ")
  .refine(({ shares }) => Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9, "expected shares of sum 1");

/**
 * One target of classes. The network gives K - 1 numbers, contrasts of the logits; predictions are K probabilities,
 * softmax(logits / temperature). The Gaussian view is the K - 1 coordinates of one-hot columns that have unit variance.
 */
export const classEncoding: TargetEncoding = {
  fit: (targets) => classCoding({ ...fitState(targets), temperature: 1 }),
  keys: { classes: stored },
  read: (document, outputs, file) => {
    const state = stored.parse(document.classes);
    if (state.labels.length - 1 !== outputs) {
      throw new InputError(`${file}: classes: expected ${outputs + 1} labels, found ${state.labels.length}`);
    }
    return classCoding(state);
  },
};

function fitState(targets: readonly Target[]): Omit<ClassState, "temperature"> {
  const [target, other] = targets;
  if (other !== undefined) {
    throw new InputError("data.target: classes are predicted of one column; train a run for each");
  }
  const { name, values, classes: labels } = target;
  if (labels === undefined) throw new RangeError(`target "${name}" was not read as classes`);
  if (labels.length > mostClasses) {
    throw new InputError(
      `data.target: "${name}" takes ${labels.length} different values, more than ${mostClasses} classes; write coarser ones, or ` +
        "give numbers the kind: number",
    );
  }
  const counts = labels.map((_, y) => values.filter((value) => value === y).length);
  const absent = counts.indexOf(0);
  if (absent >= 0) throw new InputError(`data.target: no row of the training part is of class "${labels[absent]}"`);
  return { name, labels, shares: counts.map((count) => count / values.length), rows: values.length };
}

/** The coding of fitted classes. */
export function classCoding(state: ClassState): TargetCoding {
  const { name, labels, shares, rows, temperature } = state;
  const classes = labels.length;
  const basis = contrasts(classes);
  const codes = transposed(basis, classes);
  const view = transposed(whitening(shares), classes).map(
    (value, i) => value / Math.sqrt(shares[Math.floor(i / (classes - 1))]),
  );
  const width = classes - 1;
  const rowsOf = (table: Float64Array, values: ArrayLike<number>) => {
    const out = new Float64Array(values.length * width);
    for (let i = 0; i < values.length; i++) {
      for (let j = 0; j < width; j++)
        out[i * width + j] = Number.isNaN(values[i]) ? Number.NaN : table[values[i] * width + j];
    }
    return out;
  };
  const decode = (outputs: Float32Array) =>
    softmaxOf(
      rowsTimes(outputs, basis, width).map((logit) => logit / temperature),
      classes,
    );
  return {
    names: [name],
    classes: labels,
    encode: ([values]) => Float32Array.from(rowsOf(codes, values)),
    decode,
    asPredictions: (values) => oneHot(values, classes),
    gaussianView: {
      ofValues: ([values]) => rowsOf(view, values),
      ofOutputs: (outputs) => Float32Array.from(rowsTimes(decode(outputs), view, classes)),
    },
    limit: (prediction) => aboveNothing(prediction, classes, 1 / (2 * rows)),
    ranges: [{ name, min: 0, max: classes - 1 }],
    calibrated: (outputs, truth) =>
      classCoding({ ...state, temperature: calibratedTemperature(rowsTimes(outputs, basis, width), truth, classes) }),
    toGraph: (graph, outputs) =>
      probabilitiesToGraph(
        graph,
        outputs,
        basis.map((value) => value / temperature),
        classes,
      ),
    toJSON: () => ({ classes: state }),
  };
}

/** Class numbers as columns of 0 and 1, [rows, classes]. */
export function oneHot(values: ArrayLike<number>, classes: number): Float64Array {
  const out = new Float64Array(values.length * classes);
  for (let i = 0; i < values.length; i++) out[i * classes + values[i]] = 1;
  return out;
}

/** Probabilities of which none is below `least`, of sum 1. */
function aboveNothing(prediction: Float64Array, classes: number, least: number): Float64Array {
  return prediction.map((p) => (Math.max(0, Math.min(1, p)) + least) / (1 + classes * least));
}
