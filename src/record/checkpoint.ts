import { createHash } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.js";
import { jsonText, parsedJson } from "../files/json.js";
import { makeFolderInside } from "../files/make-folder.js";
import { readOwnFile } from "../files/own-file.js";
import { decodeSafetensors, type NamedTensor, safetensorsParts } from "../files/safetensors.js";
import { writing } from "../files/write-error.js";
import { writeWhole } from "../files/write-whole.js";
import { progressSchema } from "../training/progress.js";
import type { TrainingState } from "../training/trainer.js";
import { lineMark } from "./line-file.js";
import type { LineMarks } from "./recorded-lines.js";
import { runFiles } from "./run-folder.js";

/** Names in the checkpoint folder: the newest state, the one before, and one that is not in place yet. */
export const checkpointFiles = {
  current: "checkpoint.safetensors",
  previous: "previous.safetensors",
  next: "next.safetensors",
} as const;

const learnerNames = ["parameters", "moment1", "moment2", "average", "running"] as const;
const digestBytes = 32;

const metadataSchema = z.strictObject({
  format: z.literal("pidreg-checkpoint-1"),
  fingerprint: z.string(),
  progress: progressSchema,
  crossedLosses: z.array(z.number()).nullish(),
  marks: z.strictObject({ [runFiles.metricsByEpoch]: lineMark, [runFiles.pidByEpoch]: lineMark }).optional(),
});

/** What a training continues from. */
export interface Checkpoint extends TrainingState {
  /** How far the line files of the run reached; left out by versions that did not note it. */
  readonly marks?: LineMarks | undefined;
}

/**
 * Writes the state of a run as one file, tensors and progress together, with a checksum at its end, and keeps the state
 * before it. The new file is whole on disk before any other is moved: a crash at any moment leaves a whole checkpoint.
 * @param fingerprint identifies config and data; a checkpoint continues only what it was made from
 */
export async function saveCheckpoint(folder: string, state: Checkpoint, fingerprint: string): Promise<void> {
  const { current, previous, next } = checkpointFiles;
  // A run folder that was deleted meanwhile must not come back with a checkpoint and nothing else.
  await makeFolderInside(folder);
  await writeWhole(join(folder, next), encodeCheckpoint(state, fingerprint));
  await writing(join(folder, current), async () => {
    await rename(join(folder, current), join(folder, previous)).catch(unlessAbsent);
    await rename(join(folder, next), join(folder, current));
  });
}

/**
 * Reads the checkpoint of a run folder; where the newest is damaged, that file is removed and the one before is used.
 * @param warn told when an older state than the newest is continued from
 * @param explain what is known of the difference when the checkpoint belongs to something else, as the end of a clause
 * @returns null when there is none
 * @throws InputError when none is whole, or when it belongs to another config or other data
 */
export async function loadCheckpoint(
  folder: string,
  fingerprint: string,
  warn: (message: string) => void = () => undefined,
  explain: () => Promise<string> = async () => "",
): Promise<Checkpoint | null> {
  const decodeOwn = async (body: Buffer, file: string) => {
    const { fingerprint: stored, state } = decode(body, file);
    if (stored === fingerprint) return state;
    throw new InputError(
      `${file}: the checkpoint was made with another config, other data or another engine` +
        `${await explain()}; restore them, or train into another folder with --out`,
    );
  };
  const current = join(folder, checkpointFiles.current);
  const newest = await readWhole(current);
  if (typeof newest !== "string") return decodeOwn(newest, current);
  const before = join(folder, checkpointFiles.previous);
  const older = await readWhole(before);
  if (typeof older !== "string") {
    const state = await decodeOwn(older, before);
    // A damaged file must not take the place of the good one at the next save.
    await rm(current, { force: true });
    warn(`${current}: ${describeFault(newest)}; continuing from the epoch before`);
    return state;
  }
  if (newest === "absent" && older === "absent") return null;
  const fault = newest === "absent" ? `${before}: ${describeFault(older)}` : `${current}: ${describeFault(newest)}`;
  throw new InputError(`${fault}, and there is no other; delete the run folder and train again without --resume`);
}

/** In parts: states of many MB, copied after every epoch, would keep the garbage collector at work. */
function encodeCheckpoint({ tensors, best, crossed, progress, marks }: Checkpoint, fingerprint: string): Buffer[] {
  const vector = (name: string, values: Float32Array): NamedTensor => ({ name, shape: [values.length], values });
  const all = [
    ...learnerNames.map((name) => vector(name, tensors[name])),
    ...(best === null ? [] : [vector("best.average", best.average), vector("best.running", best.running)]),
    ...(crossed ? [vector("crossed.outputs", crossed.outputs)] : []),
  ];
  const crossedLosses = crossed?.losses ?? null;
  const facts = { format: "pidreg-checkpoint-1", fingerprint, progress, crossedLosses, marks };
  const document = jsonText(facts, checkpointFiles.current);
  const body = safetensorsParts(all, { pidreg: document });
  const digest = createHash("sha256");
  for (const part of body) digest.update(part);
  return [...body, digest.digest()];
}

type Fault = "absent" | "damaged";

function describeFault(fault: Fault): string {
  return fault === "absent" ? "is not there" : "the checkpoint is damaged (its checksum does not fit)";
}

/** The content of a checkpoint file without its checksum, if that fits. */
async function readWhole(file: string): Promise<Buffer | Fault> {
  const folder = dirname(file);
  const name = join(basename(folder), basename(file));
  const bytes = await readOwnFile(dirname(folder), name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot read the checkpoint (${error.code ?? error.message})`);
  });
  if (bytes === null) return "absent";
  const body = bytes.subarray(0, -digestBytes);
  const digest = createHash("sha256").update(body).digest();
  return bytes.length >= digestBytes && digest.equals(bytes.subarray(-digestBytes)) ? body : "damaged";
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

function decode(body: Buffer, path: string): { readonly fingerprint: string; readonly state: Checkpoint } {
  const { tensors, metadata } = decodeSafetensors(body, path);
  const parsed = metadataSchema.safeParse(parsedJson(metadata.pidreg ?? ""));
  if (!parsed.success)
    throw new InputError(`${path}: not a checkpoint of this version of pidreg; remove it to start anew`);
  const { fingerprint, progress, crossedLosses, marks } = parsed.data;
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new InputError(`${path}: the checkpoint lacks "${name}"; remove it to start anew`);
    return tensor.values;
  };
  const hasBest = tensors.has("best.average");
  const state: Checkpoint = {
    progress,
    marks,
    tensors: {
      parameters: values("parameters"),
      moment1: values("moment1"),
      moment2: values("moment2"),
      average: values("average"),
      running: values("running"),
    },
    best: hasBest ? { average: values("best.average"), running: values("best.running") } : null,
    crossed: crossedLosses ? { losses: crossedLosses, outputs: values("crossed.outputs") } : null,
  };
  return { fingerprint, state };
}
