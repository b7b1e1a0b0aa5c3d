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
import { decodeSafetensors } from "../files/safetensors.js";
import { modelLayout } from "../fit/model-layout.js";
import { kinds, storedKinds } from "../modalities/kinds.js";
import type { Preparations } from "../modalities/prepare.js";
import { architectureSchema } from "../models/architecture.js";
import { type PidReg, pidReg } from "../models/pidreg.js";
import type { TargetCoding, Task } from "../tasks/task.js";
import { taskNamed } from "../tasks/tasks.js";
import { Inference } from "../training/step/inference.js";
import { atomReaderFromJSON } from "./atom-reader.js";
import { classReaderFromJSON } from "./class-reader.js";
import type { FittedReader } from "./part-readers.js";
import { acquisitionDocument, acquisitionFromJSON } from "./stored-acquisition.js";
import { calibrationFromJSON, calibrationKeys, type PredictionCalibration } from "./stored-calibration.js";
import { scaleDocument, scaleFromJSON } from "./stored-scale.js";
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
export interface ModelDocument extends Omit<z.infer<z.ZodObject<typeof documentKeys>>, "task"> {
  readonly task: Task;
  readonly coding: Readonly<Record<string, unknown>>;
}

/**
 * A model.json, checked.
 * @param value as JSON has it, without its digest
 * @param file  what messages call it
 * @throws InputError naming the key that is wrong
 */
export function readModelDocument(value: unknown, file: string): ModelDocument {
  const task = taskIn(value, file);
  const parsed = z.strictObject({ ...documentKeys, ...task.encode.keys }).safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    throw new InputError(`${file}: not a model of this version of pidreg: ${at}${issue.message}`);
  }
  return { ...parsed.data, task, coding: parsed.data };
}

/**
 * The model of a document and its weights, every number checked.
 * @param weights bytes of weights.safetensors
 * @param names   what messages call both
 * @throws InputError naming the file and what is wrong
 */
export function modelOf(
  document: ModelDocument,
  weights: Uint8Array,
  names: { readonly document: string; readonly weights: string },
): StoredModel {
  const { document: documentFile, weights: weightsFile } = names;
  const { tensors } = decodeSafetensors(weights, weightsFile);
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

/** Puts a stored model on an engine; whoever asked for it disposes of it. @param most rows per call, as of `Inference.of` */
export function inferenceOf({ model, average, running }: StoredModel, engine: Engine, most?: number): Inference {
  return Inference.of(engine, model, { average, running }, most);
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
