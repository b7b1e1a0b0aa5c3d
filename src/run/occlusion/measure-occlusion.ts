import { type PreparedRows, type RowStore, readRows } from "../../data/rows.js";
import { storesOf } from "../../data/stores.js";
import { likeliest } from "../../evaluation/class-metrics.js";
import { pickRows } from "../../evaluation/row-values.js";
import { throwIfInterrupted } from "../../fit/interrupt.js";
import { drawnRow } from "../../modalities/cards.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import { storeOf } from "../../modalities/prepare.js";
import type { ShapedPreparation } from "../../modalities/shaped/kind.js";
import { type Patches, patchesOf, rowsWithoutPatches } from "../../modalities/shaped/patches.js";
import type { LocalPid } from "../../pid/pointwise/local-pid.js";
import { ClassAtomReader } from "../../record/class-reader.js";
import type { OccludedModality, OccludedRow, OcclusionDocument } from "../../record/occlusion-schemas.js";
import type { FittedReader } from "../../record/part-readers.js";
import { latentShape } from "../../training/atoms/atoms.js";
import { logProbabilities } from "../../training/atoms/classes/class-atoms.js";
import { outputWidth } from "../../training/data.js";
import { predictFromEachAlone } from "../../training/step/inference.js";
import type { TrainedRun } from "../trained-run.js";

/** What occlusion is measured with. */
export interface OcclusionRequest {
  readonly run: TrainedRun;
  readonly reader: FittedReader;
  /** Rows that `local` is of. */
  readonly rows: Int32Array;
  readonly local: LocalPid;
}

/** Rows of each role of which maps are made. */
const rowsOfRole = 3;

/**
 * Occlusion maps (Zeiler & Fergus 2014) of the test rows of which each modality that has a shape tells most, and of those that it
 * misleads about most: patch by patch is replaced by the mean of the training rows, and what the modality tells of the target
 * of that row, and the prediction, are read again with the others as they are.
 * @returns null where no modality has rows of a shape, or no test row has every modality
 */
export async function measureOcclusion(request: OcclusionRequest): Promise<OcclusionDocument | null> {
  const { config, prepared, signal } = request.run;
  const { occlusion, importance } = config.evaluation;
  if ((occlusion ?? importance) === "off") return null;
  const shaped = prepared.preprocessor.modalities.filter(isShaped);
  const known = testPositions(request);
  if (shaped.length === 0 || known.length === 0) return null;
  const stores = storesOf(prepared.dataset);
  const modalities: [string, OccludedModality][] = [];
  for (const fitted of shaped) {
    const patches = patchesOf(fitted.kind, fitted.shape);
    const rows: OccludedRow[] = [];
    for (const { at, role } of chosen(request.local.information.byModality[fitted.name], known)) {
      throwIfInterrupted(signal);
      rows.push({ ...(await occluded(request, fitted, patches, request.rows[at], storeOf(stores, fitted))), role });
    }
    const { kind, shape } = fitted;
    modalities.push([fitted.name, { kind, shape, ...patches, rows }]);
  }
  const [target] = prepared.training.targetNames;
  return { target, testRows: known.length, modalities: Object.fromEntries(modalities) };
}

/** Whether rows of the modality have axes of space or time: kernels see means over blocks of them. */
function isShaped(fitted: object): fitted is ShapedPreparation {
  return "summary" in fitted;
}

/** Places of test rows, which follow those of the validation part, that have every modality. */
function testPositions({ run, rows, local }: OcclusionRequest): number[] {
  const first = run.prepared.split.validation.length;
  return Array.from({ length: rows.length - first }, (_, i) => first + i).filter(
    (at) => !Number.isNaN(local.information.total[at]),
  );
}

/** The rows of most, and of least information where that is below 0. */
function chosen(information: Float64Array, known: readonly number[]) {
  const order = known.toSorted((a, b) => information[b] - information[a] || a - b);
  const role = (rows: readonly number[], name: OccludedRow["role"]) => rows.map((at) => ({ at, role: name }));
  const misleading = order.filter((at) => information[at] < 0).toReversed();
  return [
    ...role(order.filter((at) => information[at] > 0).slice(0, rowsOfRole), "informative"),
    ...role(misleading.slice(0, rowsOfRole), "misleading"),
  ];
}

/** One row without each of its patches. */
async function occluded(
  { run, reader }: OcclusionRequest,
  fitted: ShapedPreparation,
  patches: Patches,
  row: number,
  store: RowStore,
): Promise<Omit<OccludedRow, "role">> {
  const { prepared, trained } = run;
  const { training, coding, dataset } = prepared;
  const count = patches.counts.reduce((product, size) => product * size, 1) + 1;
  const inputs: PreparedRows[] = [];
  for (const modality of training.modalities) {
    const values = new Float32Array(modality.width);
    await readRows(modality, [row], values);
    const read = modality.name === fitted.name ? rowsWithoutPatches(values, fitted, patches) : copies(values);
    const { name, width, form } = modality;
    inputs.push({ ...{ name, width, rows: count, read }, ...(form === undefined ? {} : { form }) });
  }
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const request = { inputs, rows: all, weights: trained.fusionWeights };
  const whole = await trained.learner.inference.run(request);
  const alone = await predictFromEachAlone(trained.learner.inference, request, whole);
  const gaussian = (values: Float32Array) => [values, coding.gaussianView.ofOutputs(values)] as const;
  const latents = {
    latents: whole.latents,
    predictions: gaussian(whole.network),
    predictionsAlone: alone.map(gaussian),
    rows: count,
  };
  const local = readLocal(run, reader, latents, row);
  const information = local.information.byModality[fitted.name];
  const prediction = coding.decode(whole.prediction);
  const { value, label } = readPrediction(prediction, count, coding.classes);
  const less = (values: ArrayLike<number>) => Array.from({ length: count - 1 }, (_, i) => values[0] - values[i + 1]);
  return {
    ...{ id: dataset.rowIds[row], information: information[0], value: value[0] },
    ...(label === undefined ? {} : { class: label }),
    picture: await drawnRow(kindOfFitted(fitted), store, row, dataset.rowIds[row]),
    informationLost: less(information),
    predictionMoved: less(value),
  };
}

function copies(values: Float32Array) {
  return async (numbers: ArrayLike<number>, out: Float32Array) => {
    for (let i = 0; i < numbers.length; i++) out.set(values, i * values.length);
  };
}

/** Sample-level atoms of copies of one row. */
function readLocal(
  { prepared: { training, coding }, trained: { learner } }: TrainedRun,
  reader: FittedReader,
  latents: Parameters<Exclude<FittedReader, ClassAtomReader>["read"]>[0],
  row: number,
): LocalPid {
  const shape = latentShape(learner);
  const again = (values: ArrayLike<number>, width: number) =>
    Float64Array.from({ length: latents.rows * width }, (_, i) => values[row * width + (i % width)]);
  if (!(reader instanceof ClassAtomReader)) {
    return reader.read(latents, again(training.gaussianTarget, outputWidth(training)), shape);
  }
  const classes = {
    ...{ latents: latents.latents, rows: latents.rows, labels: again(training.rawTarget, 1) },
    outputs: latents.predictions[0] as Float32Array,
    outputsAlone: latents.predictionsAlone.map(([outputs]) => outputs as Float32Array),
  };
  return reader.read(classes, shape, logProbabilities(coding.decode));
}

/** The first target, or the probability of the class that is predicted for the whole row. */
function readPrediction(prediction: Float64Array, rows: number, classes: readonly string[] | undefined) {
  const width = prediction.length / rows;
  const [k] = classes === undefined ? [0] : likeliest(pickRows(prediction, rows, [0]), width);
  const value = Float64Array.from({ length: rows }, (_, i) => prediction[i * width + k]);
  return { value, label: classes?.[k] };
}
