import type { ModelConfig } from "../../config/model.js";
import { RunError } from "../../errors.js";
import type { Rng } from "../../math/rng.js";
import { pidFromResiduals } from "../../pid/estimate/residuals.js";
import type { PidResult } from "../../pid/types.js";
import { completeRows, outputWidth, type TrainingData, takeRows } from "../data.js";
import { checkFiniteLatents } from "../divergence.js";
import type { TrainedNetwork } from "../learner.js";
import { type InferenceResult, predictFromEachAlone } from "../step/inference.js";
import { batchPid } from "./batch-pid.js";
import { pairPids } from "./pair-atoms.js";
import {
  applyReadouts,
  calibrate,
  fitReadouts,
  type JointValues,
  type LatentShape,
  type LatentTable,
  type ReadoutCalibration,
  type Readouts,
  type ReadoutValues,
  residualsOf,
} from "./readouts.js";

/** Fewest rows on which atoms are estimated; below, their standard errors exceed any atom. */
export const minAtomRows = 30;

export interface AtomsRequest {
  readonly learner: TrainedNetwork;
  readonly data: TrainingData;
  readonly fusionWeights: readonly number[];
  /** Rows on which held-out atoms are measured. */
  readonly heldout: Int32Array;
  /** Training rows that readouts are fitted on; all of them if left out. */
  readonly readoutRows?: Int32Array;
  /** Shown in errors: `stage1 epoch 3`. Default: the end of training. */
  readonly where?: string;
}

/** Rows per readout coefficient that a readout of every epoch is fitted on, and the fewest it is given. */
const rowsPerCoefficient = 16;
const fewestReadoutRows = 2048;

/**
 * A fixed random subset of the training rows, large enough for readouts that only steer the fusion weights from epoch
 * to epoch; the reported atoms use all rows.
 */
export function readoutRows({ model }: Pick<TrainedNetwork, "model">, data: TrainingData, rng: Rng): Int32Array {
  const wanted = Math.max(fewestReadoutRows, rowsPerCoefficient * model.terms.length * model.architecture.latentDim);
  const trainRows = completeRows(data, data.trainRows);
  if (wanted >= trainRows.length) return trainRows;
  return rng
    .permutation(trainRows.length)
    .subarray(0, wanted)
    .sort()
    .map((i) => trainRows[i]);
}

/** Atoms from held-out rows with what produced them, for use on further rows. */
export interface HeldoutAtoms {
  readonly pid: PidResult;
  readonly readouts: Readouts;
  readonly calibration: ReadoutCalibration;
  /** What the readouts predict of the held-out rows, before they were recalibrated on them. */
  readonly values: ReadoutValues;
  /** Leave-one-out residuals on the held-out rows. */
  readonly residuals: JointValues;
  /** Gaussian view of the target of the held-out rows, row-major [rows, dm]. */
  readonly target: Float64Array;
  /** Labels of the groups of the held-out rows, where the table has groups. */
  readonly groups?: readonly string[];
}

/**
 * Atoms of the learner's latents about the Gaussian view of the target, on rows that have every modality.
 * - `heldout`: readouts fitted on training latents, recalibrated residual covariances from held-out rows.
 * - `train`: the same readouts and their residuals on the training rows; too large by the encoders' overfitting.
 * - `batch`: mean over batches of training rows of the decomposition of the batch covariance of target and latents,
 *   without correction and without products, as published (arXiv 2512.22102).
 * @throws RunError when there are too few rows or latents are not finite; nothing is ever substituted
 */
export async function estimateAtoms(
  request: AtomsRequest & { readonly source: ModelConfig["fusion"]["atoms"]; readonly batchSize: number },
): Promise<PidResult> {
  const { learner, data, source, batchSize } = request;
  if (source === "heldout") return (await heldoutAtoms(request)).pid;
  const train = await latentTable(request, completeRows(data, request.readoutRows ?? data.trainRows));
  const names = data.modalities.map(({ name }) => name);
  if (source === "batch") return batchPid(train, names, learner.model.architecture, batchSize);
  const shape = latentShape(learner);
  const values = applyReadouts(fitReadouts(train, shape), train, shape);
  const targets = outputWidth(data);
  return residualPid(names, targets, Float64Array.from(train.target), residualsOf(values, train.target));
}

/** Atoms measured on held-out rows that have every modality. @throws RunError when there are too few of them */
export async function heldoutAtoms(request: AtomsRequest): Promise<HeldoutAtoms> {
  const { learner, data } = request;
  const heldout = completeRows(data, request.heldout);
  if (heldout.length < minAtomRows) {
    throw new RunError(
      `atoms need at least ${minAtomRows} held-out rows that have every modality, the part has ${heldout.length}; ` +
        "enlarge data.split.validation or data.split.test",
    );
  }
  const shape = latentShape(learner);
  const train = await latentTable(request, completeRows(data, request.readoutRows ?? data.trainRows));
  const table = await heldoutTable(request, heldout);
  const atoms = heldoutPid(request, fitReadouts(train, shape), table, shape, heldout);
  if (shape.modalities < 3) return atoms;
  const pairs = pairPids(
    data.modalities.map(({ name }) => name),
    train,
    table,
    shape,
  );
  return { ...atoms, pid: { ...atoms.pid, multi: { ...noDetails, pairs } } };
}

const noDetails = {
  uniqueStrict: null,
  leaveOneOut: null,
  shapley: null,
  oInformation: null,
  oInformationGradient: null,
};

/**
 * Atoms of rows that took no part in fitting the readouts; errors go by groups where the table has them.
 * @param rows which rows of the data the table holds, in its order
 */
export function heldoutPid(
  { data }: Pick<AtomsRequest, "data">,
  readouts: Readouts,
  table: LatentTable,
  shape: LatentShape,
  rows: Int32Array,
): HeldoutAtoms {
  const values = applyReadouts(readouts, table, shape);
  const { calibration, residuals } = calibrate(values, table.target, table.rows);
  const target = Float64Array.from(table.target);
  const names = data.modalities.map(({ name }) => name);
  const { groups: labels } = data;
  const grouped = labels === undefined ? {} : { groups: Array.from(rows, (row) => labels[row]) };
  const pid = residualPid(names, outputWidth(data), target, residuals, grouped.groups);
  return { pid, readouts, calibration, values, residuals, target, ...grouped };
}

export function latentShape({ model }: Pick<TrainedNetwork, "model">): LatentShape {
  const { modalities, latentDim } = model.architecture;
  return { modalities: modalities.length, latentDim, terms: model.terms };
}

/** Latents and the Gaussian view of the target of the given rows. @throws RunError when a latent is not finite */
export async function latentTable(request: TableRequest, rows: Int32Array): Promise<LatentTable> {
  return (await encodedTable(request, rows)).table;
}

/** The same with what the network reads in each modality alone: what held-out atoms are made of. */
export async function heldoutTable(request: TableRequest, rows: Int32Array): Promise<LatentTable> {
  const { learner, data, fusionWeights: weights } = request;
  const { table, whole } = await encodedTable(request, rows);
  const alone = await predictFromEachAlone(learner.inference, { inputs: data.modalities, rows, weights }, whole);
  const predictionsAlone = alone.map((prediction) => [prediction, data.toGaussian(prediction)]);
  return { ...table, predictionsAlone };
}

type TableRequest = Pick<AtomsRequest, "learner" | "data" | "fusionWeights" | "where">;

async function encodedTable(
  { learner, data, fusionWeights: weights, where = "the end of training" }: TableRequest,
  rows: Int32Array,
): Promise<{ readonly table: LatentTable; readonly whole: InferenceResult }> {
  const whole = await learner.inference.run({ inputs: data.modalities, rows, weights, neighbours: false });
  const names = data.modalities.map(({ name }) => name);
  checkFiniteLatents(whole.latents, names, learner.model.architecture.latentDim, where);
  const target = takeRows(data.gaussianTarget, outputWidth(data), rows);
  const predictions = [whole.prediction, data.toGaussian(whole.prediction)];
  return { whole, table: { latents: whole.latents, predictions, predictionsAlone: [], target, rows: rows.length } };
}

function residualPid(
  names: readonly string[],
  targets: number,
  target: Float64Array,
  residuals: JointValues,
  groups?: readonly string[],
): PidResult {
  const { byModality, joint } = residuals;
  return pidFromResiduals({ names, targets, target, residuals: byModality, jointResiduals: joint, groups });
}
