import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import type { DataConfig } from "../../config/data.js";
import { frozenOf } from "../../config/modalities/frozen.js";
import { missingMarks } from "../../data/missing/missing-marks.js";
import { orderText } from "../../data/order/row-order.js";
import type { TensorMap } from "../../engine/engine.js";
import { type ExportDefinition, exportModel } from "../../engine/onnx/export.js";
import type { Graph, Value } from "../../engine/onnx/onnx-graph.js";
import { InputError } from "../../errors.js";
import { checkOutputFile } from "../../files/output-file.js";
import { writeWhole } from "../../files/write-whole.js";
import { modelLayout } from "../../fit/model-layout.js";
import { nanWhereAbsent, nanWhereUnknown } from "../../modalities/absent-to-graph.js";
import { kindOfFitted } from "../../modalities/kinds.js";
import { codingsOf, dateCodingsOf, tableColumns } from "../../modalities/prepare.js";
import { freedOfConfounds } from "../../modalities/table/export-confounds.js";
import { checkRunFolder } from "../../record/check-run-folder.js";
import { undigestedMessages } from "../../record/digests.js";
import { ensembleMembers } from "../../record/ensemble-folder.js";
import { pidregVersion } from "../../record/environment.js";
import { frozenAmong } from "../../record/frozen-networks.js";
import { loadModel, type StoredModel } from "../../record/model-folder.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import tf from "../../tensorflow.js";
import { takesAbsentModalities } from "../absence.js";
import { heldRows } from "../held-rows.js";
import type { ExportResult } from "./export-result.js";

/**
 * Writes a run's model as an ONNX file: one input per modality, [rows, columns] or [rows, ...shape of the array] in float64
 * and raw units, NaN where a value is missing; output `prediction` [rows, targets] in the target's units, of classes
 * [rows, classes] their probabilities, what `pidreg predict` gives. Preparation of the
 * inputs and the way back to the target's units are in the graph; column names and units of use are its metadata.
 * @throws InputError if the run is not finished, or the file could not be there; RunError when the disk refuses it
 */
export async function exportOnnx(run: string, file: string): Promise<ExportResult> {
  await checkOutputFile(file);
  const ensemble = await ensembleMembers(run);
  if (ensemble !== null) {
    throw new InputError(
      `${run}: is an ensemble of ${ensemble.members.length} models, which a file of this kind cannot hold; ` +
        `export a member, for example ${ensemble.members[0]}`,
    );
  }
  await checkRunFolder(run);
  const stored = await loadModel(new RunFolder(run).file(runFiles.model));
  if (stored.harmonisation !== null) {
    throw new InputError(
      `${run}: its features are harmonised by site (data.harmonise), which an ONNX file of this kind cannot do; ` +
        "predict with `pidreg predict`, or train without data.harmonise",
    );
  }
  // The graph has no latent means to put in the place of an absent modality: such rows give NaN, not another answer.
  const bytes = await onnxBytes({ ...stored, absentModalities: takesAbsentModalities(stored.config) });
  await writeWhole(file, Buffer.from(bytes));
  const messages = [
    ...undigestedMessages(stored.digested ? [] : [run]),
    ...(stored.model.neighbours === null ? [] : [`the file holds ${heldRows}`]),
    ...(stored.calibration.intervals === null ? [] : [predictionAlone]),
    ...(stored.calibration.sets === undefined ? [] : [probabilitiesAlone]),
    ...frozenAmong(stored.preprocessor).map(
      ({ name, file: network }) =>
        `input "${name}" takes what the frozen network ${network} gives, not its rows: send them through it first (metadata entry "frozen")`,
    ),
  ];
  return {
    file,
    bytes: bytes.length,
    inputs: inputColumns(stored),
    ...inputShapes(stored),
    ...(stored.confounds === null ? {} : { confounds: stored.confounds.terms.map(({ name }) => name) }),
    targets: stored.coding.names,
    ...(stored.coding.classes === undefined ? {} : { classes: stored.coding.classes }),
    messages,
  };
}

/** Said of every model that has intervals. */
const predictionAlone = "the file gives the prediction alone: intervals and quantiles are those of `pidreg predict`";

/** Said of every model of classes. */
const probabilitiesAlone = "the file holds the calibrated probabilities: prediction sets are those of `pidreg predict`";

/** What of a stored model goes into an ONNX file. */
export type ExportableModel = Pick<
  StoredModel,
  "model" | "preprocessor" | "coding" | "fusionWeights" | "average" | "running"
> &
  Partial<Pick<StoredModel, "confounds">> & {
    readonly config: {
      readonly name: string;
      readonly data?: Pick<DataConfig, "missingValues"> & Partial<Pick<DataConfig, "modalities">>;
    };
    /** Whether a row without any value of a modality gives NaN where gaps are filled; filled too if left out. */
    readonly absentModalities?: boolean;
  };

/** The model as the bytes of an ONNX file. */
export function onnxBytes(stored: ExportableModel): Promise<Uint8Array> {
  const { model, preprocessor, average, running, fusionWeights, coding, confounds } = stored;
  const layout = modelLayout(model);
  const { numbers: marks } = missingMarks(stored.config.data?.missingValues);
  return exportModel({
    name: stored.config.name,
    inputs: preprocessor.modalities.map((fitted) => exportedInput(stored, fitted, marks)),
    ...(!confounds ? {} : { beside: { name: confoundInput(preprocessor), width: confounds.terms.length } }),
    constants: [
      ...layout.parameters.unpackValues(average),
      { name: "running", shape: [running.length], values: running },
    ],
    network: (constants, inputs) => ({ prediction: forward(stored, constants, inputs, fusionWeights) }),
    outputs: {
      prediction: (graph, value, prepared) => nanWhereUnknown(graph, coding.toGraph(graph, value), prepared),
    },
    metadata: {
      producer: `pidreg ${pidregVersion()}`,
      run: stored.config.name,
      columns: JSON.stringify(inputColumns(stored)),
      ...shapesText(stored),
      ...frozenText(stored),
      ...categoriesText(stored),
      ...datesText(stored),
      ...confoundsText(stored),
      targets: JSON.stringify(coding.names),
      ...(coding.classes === undefined ? {} : { classes: JSON.stringify(coding.classes) }),
      missing: missingText(stored, marks),
      fusionWeights: JSON.stringify(Object.fromEntries(model.terms.map(({ name }, t) => [name, fusionWeights[t]]))),
    },
  });
}

/** The input of a modality, and its preparation. */
function exportedInput(
  { preprocessor: { missing }, confounds, absentModalities = false }: ExportableModel,
  fitted: ExportableModel["preprocessor"]["modalities"][number],
  marks: readonly number[],
): ExportDefinition["inputs"][number] {
  const kind = kindOfFitted(fitted);
  const { shape, columns } = kind.input(fitted);
  const ready = (graph: Graph, raw: Value, beside: Value | undefined): Value => {
    if (!confounds || beside === undefined || columns === undefined)
      return kind.toGraph(graph, raw, fitted, missing, marks);
    const fill = missing === "mean";
    const removal = { removal: confounds, modality: fitted.name, columns, fill, marks };
    // What is left of a value may be a mark by chance: they are told apart before.
    return kind.toGraph(graph, freedOfConfounds(graph, raw, beside, removal), fitted, missing, []);
  };
  const prepare: typeof ready = (graph, raw, beside) => {
    const prepared = ready(graph, raw, beside);
    return absentModalities ? nanWhereAbsent(graph, raw, prepared, columns === undefined ? [] : marks) : prepared;
  };
  return { name: fitted.name, shape, prepare };
}

/** What becomes of missing values. */
function missingText(
  { preprocessor: { missing }, absentModalities = false }: ExportableModel,
  marks: readonly number[],
): string {
  const said = `${["NaN", ...marks].join(", ")} ${missing === "mean" ? "is filled" : "gives NaN"}`;
  return absentModalities && missing === "mean" ? `${said}; an input of which a row has no value gives NaN` : said;
}

/** The deterministic forward pass, with every fusion term kept. */
function forward(
  { model, preprocessor }: ExportableModel,
  constants: TensorMap,
  inputs: TensorMap,
  fusionWeights: readonly number[],
): Tensor2D {
  const { running, ...parameters } = constants;
  const context = {
    parameters,
    training: false,
    noise: {},
    running: modelLayout(model).moments.unpack(running as Tensor1D),
    observe: () => undefined,
  };
  const features = preprocessor.modalities.map(({ name }) => inputs[name] as Tensor2D);
  const { terms, bottlenecks } = model.encode(context, features);
  const fused = model.fuse(context, terms, tf.tensor1d([...fusionWeights]));
  const prediction = model.withLinear(context, model.predict(context, fused), features);
  if (model.neighbours === null) return prediction;
  const latents = bottlenecks.map(({ latent }) => latent);
  return tf.add(prediction, model.neighbours.errors(context, tf.concat(latents, 1) as Tensor2D));
}

function inputColumns({ preprocessor }: ExportableModel): Record<string, string[]> {
  return Object.fromEntries(tableColumns(preprocessor).map(({ name, columns }) => [name, columns]));
}

/** Shapes of a row of inputs that are no columns; nothing where there are none. */
function inputShapes({ preprocessor }: ExportableModel): Pick<ExportResult, "shapes"> {
  const shapes = preprocessor.modalities.flatMap((fitted) => {
    const { columns, shape } = kindOfFitted(fitted).input(fitted);
    return columns === undefined ? [[fitted.name, shape] as const] : [];
  });
  return shapes.length === 0 ? {} : { shapes: Object.fromEntries(shapes) };
}

/** Which columns of 0 and 1 stand for categories: values by modality and column; nothing where there are none. */
function categoriesText({ preprocessor }: ExportableModel): Record<string, string> {
  const codings = Object.entries(codingsOf(preprocessor));
  if (codings.length === 0) return {};
  const values = codings.map(([name, all]) => [
    name,
    Object.fromEntries(all.map(({ column, levels }) => [column, levels])),
  ]);
  return { categories: JSON.stringify(Object.fromEntries(values)) };
}

/** Which columns are made of dates: their parts, and the day from which days are counted; nothing where there are none. */
function datesText({ preprocessor }: ExportableModel): Record<string, string> {
  const codings = Object.entries(dateCodingsOf(preprocessor));
  if (codings.length === 0) return {};
  const parts = codings.map(([name, all]) => [
    name,
    Object.fromEntries(
      all.map(({ column, parts: made, reference }) => [
        column,
        { parts: made, reference: orderText({ kind: "date" }, reference) },
      ]),
    ),
  ]);
  return { dates: JSON.stringify(Object.fromEntries(parts)) };
}

/** Name of the input of the confounds: one that no modality has. */
function confoundInput({ modalities }: ExportableModel["preprocessor"]): string {
  let name = "confounds";
  while (modalities.some((modality) => modality.name === name)) name += "_";
  return name;
}

/** Columns of the input of the confounds, and what it is called. */
function confoundsText({ confounds, preprocessor }: ExportableModel): Record<string, string> {
  if (!confounds) return {};
  const columns = confounds.terms.map(({ name }) => name);
  return { confounds: JSON.stringify({ input: confoundInput(preprocessor), columns }) };
}

/** The frozen networks whose outputs are inputs of the file, with what they were given; nothing where there are none. */
function frozenText({ preprocessor, config }: ExportableModel): Record<string, string> {
  const all = frozenAmong(preprocessor);
  if (all.length === 0) return {};
  const entries = all.map(({ name, ...network }) => {
    const modality = config.data?.modalities?.[name];
    return [name, { ...(modality && frozenOf(modality)), ...network }];
  });
  return { frozen: JSON.stringify(Object.fromEntries(entries)) };
}

function shapesText(stored: ExportableModel): Record<string, string> {
  const { shapes } = inputShapes(stored);
  return shapes === undefined ? {} : { shapes: JSON.stringify(shapes) };
}
