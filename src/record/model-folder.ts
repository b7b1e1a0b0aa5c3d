import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { fusionMethods } from "../config/model.js";
import { type Config, configSchema } from "../config/schema.js";
import type { ConfoundRemoval } from "../data/confounds/confounds.js";
import { confoundsFromJSON } from "../data/confounds/stored.js";
import type { Harmonisation } from "../data/harmonise/harmonisation.js";
import { harmonisationFromJSON } from "../data/harmonise/stored.js";
import { preprocessorFromJSON } from "../data/prepare/stored.js";
import type { Engine } from "../engine/engine.js";
import { InputError } from "../errors.js";
import type { AcquisitionValue } from "../evaluation/acquisition/value.js";
import type { ConditionalScale } from "../evaluation/conditional-scale.js";
import { sha256 } from "../files/checksum.js";
import { digestedJson } from "../files/digested-json.js";
import { makeFolder } from "../files/make-folder.js";
import { readOwnFile } from "../files/own-file.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../files/safetensors.js";
import { writeWhole } from "../files/write-whole.js";
import { modelLayout } from "../fit/model-layout.js";
import { kinds, storedKinds } from "../modalities/kinds.js";
import type { Preparations } from "../modalities/prepare.js";
import { architectureSchema } from "../models/architecture.js";
import { type PidReg, pidReg } from "../models/pidreg.js";
import type { TargetCoding, Task } from "../tasks/task.js";
import { storedTask, taskNamed } from "../tasks/tasks.js";
import { Inference } from "../training/step/inference.js";
import { atomReaderFromJSON } from "./atom-reader.js";
import { classReaderFromJSON } from "./class-reader.js";
import { parseDigested, requireDigest } from "./digested-document.js";
import { damaged, otherDigest } from "./digests.js";
import type { FittedReader } from "./part-readers.js";
import { modelFiles, stagedName } from "./run-folder.js";
import {
  acquisitionDocument,
  acquisitionFromJSON,
  acquisitionTensors,
  acquisitionToJSON,
} from "./stored-acquisition.js";
import {
  calibrationFromJSON,
  calibrationKeys,
  calibrationToJSON,
  type PredictionCalibration,
} from "./stored-calibration.js";
import { scaleDocument, scaleFromJSON, scaleTensors, scaleToJSON } from "./stored-scale.js";
import { checkShapes } from "./stored-shapes.js";

/** A trained model with everything that was fitted on its training part: what `predict` needs. */
export interface StoredModel {
  readonly config: Config;
  readonly model: PidReg;
  /** Applied to raw features before the preprocessor; null where features are not harmonised. */
  readonly harmonisation: Harmonisation | null;
  /** Taken out of features after that; null where there are none. */
  readonly confounds: ConfoundRemoval | null;
  readonly preprocessor: Preparations;
  readonly task: Task;
  readonly coding: TargetCoding;
  readonly fusionWeights: readonly number[];
  /** Mean of each fusion term over the training rows, [T, d]. */
  readonly termMeans: Float32Array;
  /** Averaged parameters [P] and running moments of the batch normalisations. */
  readonly average: Float32Array;
  readonly running: Float32Array;
  /** Reads sample-level atoms off latents and targets. */
  readonly atomReader: FittedReader;
  /** How large errors are by row; null for models of versions whose errors are not told by row. */
  readonly scale: ConditionalScale | null;
  /** What modalities that a row lacks may be expected to bring; null for a model that does not know. */
  readonly acquisition: AcquisitionValue | null;
  /** What the validation part says about predictions. */
  readonly calibration: PredictionCalibration;
}

/** A model that was read. */
export interface LoadedModel extends StoredModel {
  /** Whether every byte was held against a digest; false for a model of a version that wrote none. */
  readonly digested: boolean;
}

const files = { document: basename(modelFiles.document), weights: basename(modelFiles.weights) } as const;

/** The keys of a model.json beside those of the task. */
const documentKeys = {
  format: z.enum(["pidreg-model-1", "pidreg-model-2"]),
  config: z.unknown(),
  architecture: architectureSchema(fusionMethods, Object.keys(kinds)),
  fusion: z.array(z.strictObject({ term: z.string(), weight: z.number().min(0).max(1) })),
  preprocessor: z.unknown(),
  task: z.string().optional(),
  atomReader: z.unknown(),
  harmonisation: z.unknown().default(null),
  confounds: z.unknown().default(null),
  scale: scaleDocument.nullable().default(null),
  acquisition: acquisitionDocument.nullable().default(null),
  ...calibrationKeys,
  weights: z.strictObject({ sha256: z.string() }).optional(),
};

/** A model.json, the keys of its task apart. */
interface Document extends Omit<z.infer<z.ZodObject<typeof documentKeys>>, "task"> {
  readonly task: Task;
  readonly coding: Readonly<Record<string, unknown>>;
}

/**
 * Writes `model.json` and `weights.safetensors` into `folder`. A process that is killed meanwhile leaves the model that was
 * there, or this one.
 */
export async function saveModel(folder: string, stored: StoredModel): Promise<void> {
  const { document, weights } = encodeModel(stored);
  const place = join(folder, files.weights);
  await makeFolder(folder);
  await writeWhole(stagedName(place), weights);
  await writeWhole(join(folder, files.document), document);
  await rename(stagedName(place), place);
}

/** What the two files of a model hold; the document has digests of both. */
export function encodeModel(stored: StoredModel): { readonly document: string; readonly weights: Buffer } {
  const { model, fusionWeights, atomReader } = stored;
  const layout = modelLayout(model);
  const { latentDim } = model.architecture;
  const tensors: NamedTensor[] = [
    ...layout.parameters.unpackValues(stored.average),
    { name: "running", shape: [stored.running.length], values: stored.running },
    { name: "termMeans", shape: [model.terms.length, latentDim], values: stored.termMeans },
    ...scaleTensors(stored.scale),
    ...acquisitionTensors(stored.acquisition),
  ];
  const weights = encodeSafetensors(tensors);
  const document = {
    format: "pidreg-model-2",
    config: stored.config,
    architecture: model.architecture,
    fusion: model.terms.map(({ name }, t) => ({ term: name, weight: fusionWeights[t] })),
    preprocessor: stored.preprocessor,
    ...storedTask(stored.task),
    ...stored.coding.toJSON(),
    atomReader: atomReader.toJSON(),
    harmonisation: stored.harmonisation,
    ...(stored.confounds === null ? {} : { confounds: stored.confounds }),
    scale: stored.scale && scaleToJSON(stored.scale),
    ...(stored.acquisition === null ? {} : { acquisition: acquisitionToJSON(stored.acquisition) }),
    ...calibrationToJSON(stored.calibration),
    weights: { sha256: sha256(weights) },
  };
  return { document: digestedJson(document, modelFiles.document), weights };
}

/**
 * Reads a model folder; runs no code from it, holds both files against their digests and checks every number.
 * @throws InputError naming the file and what is wrong
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const documentFile = join(folder, files.document);
  const weightsFile = join(folder, files.weights);
  const document = parseDocument(await readBytes(folder, files.document), documentFile);
  const { tensors } = decodeSafetensors(await readWeights(folder, document.weights?.sha256), weightsFile);
  const model = pidReg(document.architecture);
  const layout = modelLayout(model);
  checkTerms(model, document.fusion, documentFile);
  const vector = (name: string, length: number): Float32Array => {
    const values = tensors.get(name)?.values;
    if (values?.length !== length) {
      throw new InputError(`${weightsFile}: "${name}" should hold ${length} values, found ${values?.length ?? "none"}`);
    }
    return finite(values, name, weightsFile);
  };
  for (const { name, shape } of layout.parameters.specs)
    vector(
      name,
      shape.reduce((a, b) => a * b, 1),
    );
  const { architecture, harmonisation, confounds } = document;
  const fitted = {
    harmonisation:
      harmonisation === null ? null : harmonisationFromJSON(harmonisation, `${documentFile}: harmonisation`),
    confounds: confounds === null ? null : confoundsFromJSON(confounds, `${documentFile}: confounds`),
    preprocessor: preprocessorFromJSON(document.preprocessor, `${documentFile}: preprocessor`, storedKinds),
    task: document.task,
    coding: document.task.encode.read(document.coding, architecture.targets, documentFile),
  };
  const shapes = { ...fitted, architecture, terms: model.terms.length };
  checkShapes(shapes, documentFile);
  const source = { document: documentFile, vector };
  return {
    ...fitted,
    digested: document.weights !== undefined,
    scale: scaleFromJSON(document.scale, architecture, source),
    acquisition: acquisitionFromJSON(
      document.acquisition,
      architecture.modalities.map(({ name }) => name),
      source,
    ),
    calibration: calibrationFromJSON(document, fitted.coding.names.length, documentFile),
    config: parseStoredConfig(document.config, documentFile),
    model,
    fusionWeights: document.fusion.map(({ weight }) => weight),
    termMeans: vector("termMeans", model.terms.length * model.architecture.latentDim),
    average: layout.parameters.pack((name) => tensors.get(name)?.values),
    running: vector("running", layout.moments.size),
    atomReader: readerOf(document.task)(document.atomReader, shapes, `${documentFile}: atomReader`),
  };
}

/** How what reads atoms is read, as the task counts information. */
function readerOf({ atoms }: Pick<Task, "atoms">) {
  return atoms === "classes" ? classReaderFromJSON : atomReaderFromJSON;
}

/** Puts a stored model on an engine; whoever asked for it disposes of it. */
export function inferenceOf({ model, average, running }: StoredModel, engine: Engine): Inference {
  return Inference.of(engine, model, { average, running });
}

async function readBytes(folder: string, name: string): Promise<Buffer> {
  return readOwnFile(dirname(folder), join(basename(folder), name)).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    const file = join(folder, name);
    throw new InputError(`${file}: cannot read the model (${error.code ?? error.message}); is it a finished run?`);
  });
}

/** The weights that the document speaks of. @param expected SHA-256; undefined where the document has no digests */
async function readWeights(folder: string, expected: string | undefined): Promise<Buffer> {
  const staged = await readBytes(folder, stagedName(files.weights)).catch(() => null);
  // Put in place last: a process that was killed just after it had written the document leaves them beside their place.
  if (staged !== null && sha256(staged) === expected) return staged;
  const bytes = await readBytes(folder, files.weights);
  if (expected === undefined || sha256(bytes) === expected) return bytes;
  throw otherDigest(join(folder, files.weights), bytes, expected, files.document);
}

function parseDocument(bytes: Buffer, file: string): Document {
  const { value, digested } = parseDigested(bytes, file);
  const task = taskIn(value, file);
  const parsed = z.strictObject({ ...documentKeys, ...task.encode.keys }).safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    throw new InputError(`${file}: not a model of this version of pidreg: ${at}${issue.message}`);
  }
  const document = { ...parsed.data, task, coding: parsed.data };
  if (document.format === "pidreg-model-1") return document;
  requireDigest(digested, file);
  if (document.weights === undefined) throw damaged(file, "it holds no digest of the weights");
  return document;
}

/** The task of a parsed model.json. @throws InputError for one that this version does not know */
function taskIn(value: unknown, file: string): Task {
  const name = (value as { readonly task?: unknown } | null)?.task;
  try {
    return taskNamed(name === undefined ? undefined : String(name));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${file}: not a model of this version of pidreg: task: ${error.message}`);
  }
}

function parseStoredConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${file}: ${["config", ...issue.path].join(".")}: ${issue.message}`);
}

function checkTerms(model: PidReg, fusion: readonly { readonly term: string }[], file: string): void {
  const expected = model.terms.map(({ name }) => name).join(", ");
  const found = fusion.map(({ term }) => term).join(", ");
  if (expected !== found) throw new InputError(`${file}: fusion: expected the terms ${expected}; found ${found}`);
}

function finite(values: Float32Array, name: string, file: string): Float32Array {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`${file}: "${name}" holds ${values[bad]} at position ${bad}`);
  return values;
}
