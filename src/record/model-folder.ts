import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { digestedJson } from "../files/digested-json.js";
import { makeFolder } from "../files/make-folder.js";
import { readOwnFile } from "../files/own-file.js";
import { encodeSafetensors, type NamedTensor } from "../files/safetensors.js";
import { writeWhole } from "../files/write-whole.js";
import { modelLayout } from "../fit/model-layout.js";
import { storedTask } from "../tasks/tasks.js";
import { parseDigested, requireDigest } from "./digested-document.js";
import { damaged, otherDigest } from "./digests.js";
import { modelFiles, stagedName } from "./run-folder.js";
import { acquisitionTensors, acquisitionToJSON } from "./stored-acquisition.js";
import { calibrationToJSON } from "./stored-calibration.js";
import { type ModelDocument, modelOf, readModelDocument, type StoredModel } from "./stored-model.js";
import { scaleTensors, scaleToJSON } from "./stored-scale.js";

export type { StoredModel } from "./stored-model.js";

/** A model that was read. */
export interface LoadedModel extends StoredModel {
  /** Whether every byte was held against a digest; false for a model of a version that wrote none. */
  readonly digested: boolean;
}

const files = { document: basename(modelFiles.document), weights: basename(modelFiles.weights) } as const;

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
  const names = { document: join(folder, files.document), weights: join(folder, files.weights) };
  const document = parseDocument(await readBytes(folder, files.document), names.document);
  const weights = await readWeights(folder, document.weights?.sha256);
  return { ...modelOf(document, weights, names), digested: document.weights !== undefined };
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

function parseDocument(bytes: Buffer, file: string): ModelDocument {
  const { value, digested } = parseDigested(bytes, file);
  const document = readModelDocument(value, file);
  if (document.format === "pidreg-model-1") return document;
  requireDigest(digested, file);
  if (document.weights === undefined) throw damaged(file, "it holds no digest of the weights");
  return document;
}
