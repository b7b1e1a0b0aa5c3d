import { appendFile, readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { InputError } from "../errors.js";
import { makeFolder } from "../files/make-folder.js";
import { readOwnFile } from "../files/own-file.js";
import { writeWhole } from "../files/write-whole.js";

/** Names of everything in a run folder; docs/run-folder.md describes their contents. */
export const runFiles = {
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
  /** Finished comparison networks, one file each, and the table of all their predictions. */
  comparisons: "comparisons",
  comparedPredictions: "comparisons.csv",
  /** One run folder per member of an ensemble. */
  members: "members",
  checkpoint: "checkpoint",
  model: "model",
  report: "report.html",
  figures: "figures",
} as const;

/** Whether it is the name of a whole file that is being written; a process that is killed then leaves it behind. */
export function isUnfinished(name: string): boolean {
  return /\.\d+$/.test(name) && isRunFile(name.replace(/\.\d+$/, ""));
}

/** A run folder on disk. Whole files appear under a temporary name and are renamed; nobody sees half of one. */
export class RunFolder {
  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  /** Creates the folder. @throws InputError when that is impossible */
  async create(): Promise<void> {
    await makeFolder(this.path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${this.path}: cannot create the run folder (${error.message}); choose another with --out`);
    });
  }

  /** Names of what is in the folder; null when there is none. @throws InputError when it is no folder */
  async entries(): Promise<string[] | null> {
    return readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      const reason = error.code === "ENOTDIR" ? "is a file, or in one; expected a folder" : error.code;
      throw new InputError(`${this.path}: ${reason}`);
    });
  }

  /** Removes files that a killed process was writing. */
  async removeUnfinished(): Promise<void> {
    for (const folder of [".", runFiles.checkpoint, runFiles.model, runFiles.figures, runFiles.tensorboard]) {
      const names = (await new RunFolder(this.file(folder)).entries()) ?? [];
      const left = names.filter((name) => (folder === "." ? isUnfinished(name) : /\.\d+$/.test(name)));
      for (const name of left) await this.remove(join(folder, name));
    }
  }

  async has(name: string): Promise<boolean> {
    return stat(this.file(name)).then(
      () => true,
      () => false,
    );
  }

  async remove(name: string): Promise<void> {
    await rm(this.file(name), { recursive: true, force: true });
  }

  async writeText(name: string, text: string): Promise<void> {
    await writeWhole(this.file(name), text);
  }

  async writeBytes(name: string, bytes: Buffer): Promise<void> {
    await writeWhole(this.file(name), bytes);
  }

  /** Writes JSON; infinite numbers become null. */
  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  async appendLine(name: string, value: unknown): Promise<void> {
    await appendFile(this.file(name), `${JSON.stringify(value)}\n`);
  }

  async appendBytes(name: string, bytes: Buffer): Promise<void> {
    await appendFile(this.file(name), bytes);
  }

  /** Creates a folder in this one. */
  async createInside(name: string): Promise<void> {
    await makeFolder(this.file(name));
  }

  /**
   * The lines of a line file, none where there is no file.
   * @throws InputError when one is not JSON, or not what the schema says
   */
  async readLines<T>(name: string, schema: z.ZodType<T>): Promise<T[]> {
    if (!(await this.has(name))) return [];
    const lines = (await readOwnFile(this.path, name)).toString("utf8").split("\n").slice(0, -1);
    return lines.map((line, i) => {
      const where = `${this.file(name)}: line ${i + 1}`;
      const { success, data } = schema.safeParse(parseLine(line, where));
      if (!success) throw new InputError(`${where}: not a line of this file; it was damaged or edited`);
      return data;
    });
  }

  /**
   * Replaces a line file by its lines that `keep` accepts; a half-written last line is dropped.
   * @throws InputError when another line is not JSON
   */
  async keepLines(name: string, keep: (line: Record<string, unknown>) => boolean): Promise<void> {
    if (!(await this.has(name))) return;
    const lines = (await readOwnFile(this.path, name)).toString("utf8").split("\n").slice(0, -1);
    const kept = lines.filter((line, i) => keep(parseLine(line, `${this.file(name)}: line ${i + 1}`)));
    await this.writeText(name, kept.map((line) => `${line}\n`).join(""));
  }

  /** Cuts off a last line that was not written whole, so that the next line begins on its own. */
  async dropHalfLine(name: string): Promise<void> {
    if (!(await this.has(name))) return;
    const bytes = await readOwnFile(this.path, name);
    if (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a) {
      await truncate(this.file(name), bytes.lastIndexOf(0x0a) + 1);
    }
  }

  /** @throws InputError when the file is missing or not JSON */
  async readJson(name: string): Promise<unknown> {
    const text = await this.readText(name);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new InputError(`${this.file(name)}: not valid JSON (${(error as Error).message})`);
    }
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

function isRunFile(name: string): boolean {
  return (Object.values(runFiles) as string[]).includes(name);
}

function parseLine(line: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new InputError(`${where}: not valid JSON (${(error as Error).message}); the file was damaged or edited`);
  }
}
