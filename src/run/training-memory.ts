import { hasNeighbours } from "../config/model.js";
import type { Config } from "../config/schema.js";
import { modelLayout } from "../fit/model-layout.js";
import { mapValues } from "../modalities/shaped-encoder.js";
import { pidReg } from "../models/pidreg.js";
import { outputWidth, type TrainingModality } from "../training/data.js";
import { mostCoordinates } from "../training/neighbours/places.js";
import { architecture, areTables, isPeriodic, resolveTraining } from "../training/settings.js";
import type { PreparedRun } from "./prepare.js";

/** What the memory of one training depends on. */
export interface TrainingSize {
  /** Rows of the table, and of its training part. */
  readonly rows: number;
  readonly trainRows: number;
  /** Feature columns of all modalities that are tables. */
  readonly columns: number;
  /** Numbers of all rows of arrays; none if left out. */
  readonly arrayValues?: number;
  /** Bytes of decoded rows that are held; none if left out. */
  readonly heldBytes?: number;
  /** Training rows on disk, where rows and columns above are those of a sample; none if left out. */
  readonly storedRows?: number;
  /** Points of the quantile maps of all columns: at most `data.inputs.knots` and the training rows in each. */
  readonly knots: number;
  readonly targets: number;
  readonly modalities: number;
  /** Products of two latents that are fused. */
  readonly products: number;
  readonly latentDim: number;
  /** Parameters of the network. */
  readonly weights: number;
  /** Places and errors of training rows that the model may hold, numbers; none if left out. */
  readonly neighbours?: number;
  readonly batchSize: number;
  /** Values that a row takes on its way through the network. */
  readonly activations: number;
  /** Rows of a batch that a loss compares with one another; 0 where none does. */
  readonly kernelRows: number;
}

/**
 * Bytes that each of these takes, from the largest resident sizes of measured trainings (docs/limits.md): a formula for
 * what a training needs, not for what its parts would add up to if each gave back at once what it no longer uses.
 */
const bytes = {
  /** Node.js, ONNX Runtime, DuckDB, the report. */
  program: 275e6,
  /** As read (8), gathered (8), as input of the networks (4). */
  cell: 20,
  /** DuckDB reads columns in blocks of 2048 rows. */
  column: 22e3,
  /** As the file has it (up to 8), and as ridge regression reads it, by itself and beside others (16). */
  arrayValue: 24,
  /** Two numbers, and their text in model.json. */
  knot: 36,
  /** Names, predictions, what they are calibrated and drawn with. */
  row: 400,
  rowAndTarget: 250,
  target: 5.5e6,
  /** Of latents and products of the training rows, which the atoms are read off. */
  latentValue: 4,
  /** Weights, gradient, optimiser, averages, what is saved of them, and ONNX Runtime's own. */
  weight: 100,
  /** Found, weighed, stored, and ONNX Runtime's own. */
  neighbour: 110,
  /** Forward and backward. */
  activation: 6,
  /** Of matrices [kernel rows, kernel rows] in float32: seven per modality are alive at once. */
  kernelEntry: 28,
  /** Of training rows on disk: their order in an epoch. */
  storedRow: 8,
  /** Blocks of them, heaps while they are written, and the part of the table that is read. */
  stored: 120e6,
  /** Graphs, compiled and in ONNX Runtime. */
  modality: 6e6,
  product: 0.35e6,
};

/** Bytes of a training at its largest, by what takes them, as a reader of a message would name it. */
export function memoryParts(size: TrainingSize): Readonly<Record<string, number>> {
  const { rows, trainRows, columns, knots, targets, modalities, products, latentDim, weights, batchSize } = size;
  const { storedRows = 0 } = size;
  const kernels = modalities * size.kernelRows ** 2 * bytes.kernelEntry;
  return {
    "the program": bytes.program,
    "the table": rows * columns * bytes.cell + columns * bytes.column,
    arrays: (size.arrayValues ?? 0) * bytes.arrayValue,
    "decoded rows (data.streaming.memory)": size.heldBytes ?? 0,
    "the quantile maps of the columns (data.inputs.knots)": knots * bytes.knot,
    "training rows on disk (data.outOfCore)": storedRows === 0 ? 0 : storedRows * bytes.storedRow + bytes.stored,
    "rows and targets": rows * (bytes.row + targets * bytes.rowAndTarget) + targets * bytes.target,
    "latents of the training rows (model.latentDim)":
      trainRows * (2 * modalities + products) * latentDim * bytes.latentValue,
    "the weights of the network (model.encoder.hidden, embedding)": weights * bytes.weight,
    "near training rows (model.neighbours)": (size.neighbours ?? 0) * bytes.neighbour,
    "the batch (training.batchSize)": batchSize * size.activations * bytes.activation + kernels,
    "modalities and their products": modalities * bytes.modality + products * bytes.product,
  };
}

/** Memory that a training takes at its largest, bytes: within 20 % of what was measured (docs/limits.md). */
export function trainingMemory(size: TrainingSize): number {
  return Object.values(memoryParts(size)).reduce((sum, part) => sum + part, 0);
}

/**
 * Says that a training will need more memory than there is, and what takes most of it.
 * @param there bytes: free, and already taken by this process
 * @param together trainings at a time
 * @returns null where it fits
 */
export function memoryMessage(size: TrainingSize, there: number, together = 1): string | null {
  const needed = trainingMemory(size) * together;
  if (needed <= there) return null;
  const [most] = Object.entries(memoryParts(size)).sort(([, a], [, b]) => b - a)[0];
  const each = together === 1 ? "this training" : `${together} trainings at a time`;
  return (
    `memory: ${each} will need about ${gigabytes(needed)}, and there are ${gigabytes(there)}; the system may end it. ` +
    `Most is for ${most}`
  );
}

function gigabytes(size: number): string {
  return `${(size / 1e9).toFixed(1)} GB`;
}

/** Rows of a modality, and how many bytes of them are held where that is known. */
type SizedRows = Pick<TrainingModality, "name" | "width" | "form"> & { readonly held?: number };

/** The rows of a table, its training rows, and columns per modality. */
interface TableShape {
  readonly rows: number;
  readonly trainRows: number;
  readonly modalities: readonly SizedRows[];
  readonly targets: number;
  readonly storedRows?: number | undefined;
  /** Whether targets are numbers; they are if left out. */
  readonly numbers?: boolean;
}

/** What a config makes of a table. */
export function trainingSize(config: Config, shape: TableShape): TrainingSize {
  const { rows, trainRows, modalities, targets, storedRows } = shape;
  const { data } = config;
  const periodic = isPeriodic(config.model.encoder.embedding, trainRows);
  const design = architecture(config, modalities, { targets, trainRows, periodic });
  const model = pidReg(design);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  const columns = sum(modalities.map(({ width, form }) => (form === undefined ? width : 0)));
  const arrays = sum(modalities.map(({ width, form, held }) => (form !== undefined && held === undefined ? width : 0)));
  const { batchSize } = resolveTraining(config, { trainRows, tables: areTables(modalities), columns });
  const quantiles = ["auto", "quantile"].includes(data.inputs.preparation);
  return {
    rows,
    trainRows,
    columns,
    arrayValues: rows * arrays,
    ...(storedRows === undefined ? {} : { storedRows }),
    heldBytes: sum(modalities.map(({ held = 0 }) => held)),
    knots: quantiles ? columns * Math.min(data.inputs.knots, trainRows) : 0,
    targets,
    modalities: modalities.length,
    products: model.terms.length - modalities.length,
    latentDim: design.latentDim,
    weights: modelLayout(model).parameters.size,
    neighbours: mayHaveNeighbours(config, shape) ? trainRows * (mostCoordinates + targets) : 0,
    batchSize,
    activations: activationsOf(design, model.terms.length, microShare(config, batchSize)),
    kernelRows: kernelRows(config, batchSize),
  };
}

function mayHaveNeighbours(config: Config, { trainRows, modalities, storedRows, numbers = true }: TableShape): boolean {
  return hasNeighbours(config.model.neighbours, {
    ...{ trainRows, tables: areTables(modalities), held: storedRows === undefined, numbers },
    lacking: config.training.modalityDropout > 0,
  });
}

/** The most that a loss of the config compares. */
function kernelRows({ losses: { gaussianity, independence, compression } }: Config, batchSize: number): number {
  // The compression compares as many rows as the independence, with kernels of its own where that is off.
  const compressed = { weight: compression.weight, rows: independence.rows };
  const each = [gaussianity, independence, compressed].map(({ weight, rows }) =>
    weight > 0 ? Math.min(rows, batchSize) : 0,
  );
  return Math.max(...each);
}

/** Share of a batch that is in an encoder of convolutions or attention at a time. */
function microShare({ training: { microBatch = Number.POSITIVE_INFINITY } }: Config, batchSize: number): number {
  return Math.min(1, microBatch / batchSize);
}

/** Inputs, embeddings, hidden layers (linear map, normalisation, dropout), latents, fusion terms. */
function activationsOf(
  { modalities, predictor, latentDim }: ReturnType<typeof architecture>,
  terms: number,
  micro: number,
): number {
  const layers = (hidden: readonly number[]) => 3 * hidden.reduce((sum, width) => sum + width, 0);
  const encoders = modalities.map((modality) => {
    const { inputWidth, embedding, hidden } = modality;
    const embedded = embedding === null ? 1 : 2 * embedding.frequencies + 2 * embedding.width + 1;
    return inputWidth * embedded + layers(hidden) + 3 * micro * mapValues(modality) + 3 * latentDim;
  });
  return encoders.reduce((sum, values) => sum + values, 0) + layers(predictor.hidden) + 2 * terms * latentDim;
}

/** The size of a training whose table has been read. */
export function preparedSize(config: Config, { dataset, training }: Pick<PreparedRun, "dataset" | "training">) {
  return trainingSize(config, {
    rows: dataset.rows,
    trainRows: training.trainRows.length,
    modalities: training.modalities,
    targets: outputWidth(training),
    storedRows: training.stored?.rows,
    numbers: training.classes === undefined,
  });
}
