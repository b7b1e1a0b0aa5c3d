import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { InputError } from "../errors.js";
import type { LearnerTensors } from "./learner.js";
import { progressSchema } from "./progress.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "./safetensors.js";
import type { TrainingState } from "./trainer.js";

const file = "checkpoint.safetensors";
const learnerNames = ["parameters", "moment1", "moment2", "average", "running"] as const;

const metadataSchema = z.strictObject({
  format: z.literal("pidreg-checkpoint-1"),
  fingerprint: z.string(),
  progress: progressSchema,
});

/**
 * Writes the state of a run as one file, tensors and progress together, under a temporary name first: a crash at any
 * moment leaves the previous checkpoint whole.
 * @param fingerprint identifies config and data; a checkpoint continues only what it was made from
 */
export async function saveCheckpoint(folder: string, state: TrainingState, fingerprint: string): Promise<void> {
  const { tensors, best, progress } = state;
  const vector = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  const all = [
    ...learnerNames.map((name) => vector(name, tensors[name])),
    ...(best === null ? [] : [vector("best.average", best.average), vector("best.running", best.running)]),
  ];
  const document = JSON.stringify({ format: "pidreg-checkpoint-1", fingerprint, progress });
  const body = encodeSafetensors(all, { pidreg: document });
  const digest = createHash("sha256").update(body).digest();
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, file), Buffer.concat([body, digest]));
}

/**
 * Reads the checkpoint of a run folder.
 * @returns null when there is none
 * @throws InputError when it is damaged, or belongs to another config or other data
 */
export async function loadCheckpoint(folder: string, fingerprint: string): Promise<TrainingState | null> {
  const path = join(folder, file);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new InputError(`${path}: cannot read the checkpoint (${error.code ?? error.message})`);
  });
  if (bytes === null) return null;
  const body = bytes.subarray(0, -32);
  if (bytes.length < 40 || !createHash("sha256").update(body).digest().equals(bytes.subarray(-32))) {
    throw new InputError(`${path}: the checkpoint is damaged (its checksum does not fit); remove it to start anew`);
  }
  return decode(body, path, fingerprint);
}

function decode(body: Buffer, path: string, fingerprint: string): TrainingState {
  const { tensors, metadata } = decodeSafetensors(body, path);
  const parsed = metadataSchema.safeParse(parseJson(metadata.pidreg));
  if (!parsed.success)
    throw new InputError(`${path}: not a checkpoint of this version of pidreg; remove it to start anew`);
  if (parsed.data.fingerprint !== fingerprint) {
    throw new InputError(
      `${path}: the checkpoint was made with another config, other data or another engine; ` +
        "restore them, or train into another folder with --out",
    );
  }
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new InputError(`${path}: the checkpoint lacks "${name}"; remove it to start anew`);
    return tensor.values;
  };
  const hasBest = tensors.has("best.average");
  return {
    progress: parsed.data.progress,
    tensors: Object.fromEntries(learnerNames.map((name) => [name, values(name)])) as unknown as LearnerTensors,
    best: hasBest ? { average: values("best.average"), running: values("best.running") } : null,
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
