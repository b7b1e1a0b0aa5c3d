import { appendFile, readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../errors.js";
import { makeFolder, makeFolderInside } from "../files/make-folder.js";
import { readOwnFile } from "../files/own-file.js";
import { writing } from "../files/write-error.js";
import { writeWhole } from "../files/write-whole.js";

/** Names of everything in a run folder; docs/run-folder.md describes their contents. */
export const runFiles = {
  /** First: a run that is cleared is no finished run from then on. */
  digests: "SHA256SUMS",
  config: "config.yaml",
  environment: "environment.json",
  data: "data.json",
  split: "split.json",
  rows: "rows.json",
  metricsByEpoch: "metrics.jsonl",
  pidByEpoch: "pid.jsonl",
  log: "log.jsonl",
  tensorboard: "tensorboard",
  /** TensorBoard looks for "tfevents" in the name. */
  events: "tensorboard/events.out.tfevents.pidreg",
  metrics: "metrics.json",
  pid: "pid.json",
  latents: "latents.json",
  predictions: "predictions.csv",
  /** Importance of columns, and the same as a table; not of every run. */
  importance: "importance.json",
  importanceTable: "importance.csv",
  /** Occlusion maps of some rows; not of every run. */
  occlusion: "occlusion.json",
  /** Finished comparison networks, one file each, and the table of all their predictions. */
  comparisons: "comparisons",
  comparedPredictions: "comparisons.csv",
  /** One run folder per member of an ensemble. */
  members: "members",
  /** When, where and by which command the run was made. */
  provenance: "provenance.json",
  checkpoint: "checkpoint",
  model: "model",
  report: "report.html",
  figures: "figures",
} as const;

/** Files of the model folder: of a single training the first two, of an ensemble the last. */
export const modelFiles = {
  document: `${runFiles.model}/model.json`,
  weights: `${runFiles.model}/weights.safetensors`,
  ensemble: `${runFiles.model}/ensemble.json`,
} as const;

/** Copy of the frozen network of a modality, by its SHA-256. */
export function frozenFile(sha256: string): string {
  return `${runFiles.model}/frozen-${sha256.slice(0, 16)}.onnx`;
}

/** Name of a file that takes the place of another when all that belong together are written. */
export function stagedName(name: string): string {
  return `${name}.next`;
}

/** Whether it is such a name. */
export function isStaged(name: string): boolean {
  return name.endsWith(".next");
}

/** Ends the name of a whole file that is being written; a process that is killed then leaves it behind. */
const draftEnd = /\.\d+$/;

/**
 * Whether it is the name of one of `files` that is being written, in its place or beside it.
 * @param files names of what the folder may hold; those of a run if left out
 */
export function isUnfinished(name: string, files: readonly string[] = Object.values(runFiles)): boolean {
  if (!draftEnd.test(name)) return false;
  const whole = name.replace(draftEnd, "");
  return files.some((file) => whole === file || whole === stagedName(file));
}

/** What a killed process may leave unfinished in a folder. */
export interface WrittenWhole {
  /** Names of files and folders in the folder itself; what others put there stays. */
  readonly files: readonly string[];
  /** Folders in it whose every file is written whole. */
  readonly folders: readonly string[];
}

/** Of a run. */
const ofRuns: WrittenWhole = {
  files: Object.values(runFiles),
  folders: [runFiles.checkpoint, runFiles.model, runFiles.figures, runFiles.tensorboard, runFiles.comparisons],
};

/** A run folder on disk. Whole files appear under a temporary name and are renamed; nobody sees half of one. */
export class RunFolder {
  /** @param beforeWriting called before anything in the folder changes; throws where that must not be */
  constructor(
    readonly path: string,
    private readonly beforeWriting: () => void = () => undefined,
  ) {}

  file(name: string): string {
    return join(this.path, name);
  }

  /**
   * Creates the folder.
   * @returns the folders that were not there before, the highest first
   * @throws InputError when there can be no folder of that name, WriteError when the disk refuses it
   */
  create(): Promise<string[]> {
    return makeFolder(this.path);
  }

  /** Names of what is in the folder; null when there is none. @throws InputError when it is no folder */
  async entries(): Promise<string[] | null> {
    return readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      const reason = error.code === "ENOTDIR" ? "is a file, or in one; expected a folder" : error.code;
      throw new InputError(`${this.path}: ${reason}`);
    });
  }

  /** Removes files that a killed process was writing. @param written where such files may be; those of a run if left out */
  async removeUnfinished({ files, folders }: WrittenWhole = ofRuns): Promise<void> {
    const own = ((await this.entries()) ?? []).filter((name) => isUnfinished(name, files));
    for (const name of own) await this.remove(name);
    for (const folder of folders) {
      const names = (await new RunFolder(this.file(folder)).entries()) ?? [];
      for (const name of names.filter((each) => draftEnd.test(each))) await this.remove(join(folder, name));
    }
  }

  async has(name: string): Promise<boolean> {
    return stat(this.file(name)).then(
      () => true,
      () => false,
    );
  }

  async remove(name: string): Promise<void> {
    this.beforeWriting();
    await writing(this.file(name), () => rm(this.file(name), { recursive: true, force: true }));
  }

  async writeText(name: string, text: string): Promise<void> {
    this.beforeWriting();
    await writeWhole(this.file(name), text);
  }

  async writeBytes(name: string, bytes: Uint8Array): Promise<void> {
    this.beforeWriting();
    await writeWhole(this.file(name), bytes);
  }

  async appendText(name: string, text: string): Promise<void> {
    await this.appendBytes(name, Buffer.from(text));
  }

  async appendBytes(name: string, bytes: Uint8Array): Promise<void> {
    this.beforeWriting();
    await writing(this.file(name), () => appendFile(this.file(name), bytes));
  }

  /** Creates a folder in this one, which must be there. */
  async createInside(name: string): Promise<void> {
    this.beforeWriting();
    await makeFolderInside(this.file(name));
  }

  /** Cuts off a last line that was not written whole, so that the next line begins on its own. */
  async dropHalfLine(name: string): Promise<void> {
    if (!(await this.has(name))) return;
    const bytes = await readOwnFile(this.path, name);
    if (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a) {
      this.beforeWriting();
      await writing(this.file(name), () => truncate(this.file(name), bytes.lastIndexOf(0x0a) + 1));
    }
  }

  /** A file as it stands; null where there is none. @throws InputError when it cannot be read, or is a link */
  async readBytes(name: string): Promise<Uint8Array | null> {
    return readOwnFile(this.path, name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      if (error instanceof InputError) throw error;
      throw new InputError(`${this.file(name)}: cannot be read (${error.code ?? error.message})`);
    });
  }

  /** @throws InputError when the file is missing */
  async readText(name: string): Promise<string> {
    const bytes = await readOwnFile(this.path, name).catch((error: NodeJS.ErrnoException) => {
      if (error instanceof InputError) throw error;
      throw new InputError(
        `${this.file(name)}: cannot be read (${error.code ?? error.message}); is it a finished run?`,
      );
    });
    return bytes.toString("utf8");
  }
}
