import { appendFile, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { InputError } from "../errors.js";

/** Names of everything in a run folder; docs/run-folder.md describes their contents. */
export const runFiles = {
  config: "config.yaml",
  environment: "environment.json",
  data: "data.json",
  split: "split.json",
  metricsByEpoch: "metrics.jsonl",
  pidByEpoch: "pid.jsonl",
  log: "log.jsonl",
  metrics: "metrics.json",
  pid: "pid.json",
  predictions: "predictions.csv",
  checkpoint: "checkpoint",
  model: "model",
  report: "report.html",
} as const;

/** A run folder on disk. Whole files appear under a temporary name and are renamed; nobody sees half of one. */
export class RunFolder {
  constructor(readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  /** Creates the folder. @throws InputError when that is impossible */
  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${this.path}: cannot create the run folder (${error.code ?? error.message})`);
    });
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
    await writeFileAtomic(this.file(name), text);
  }

  async writeBytes(name: string, bytes: Buffer): Promise<void> {
    await writeFileAtomic(this.file(name), bytes);
  }

  /** Writes JSON; infinite numbers become null. */
  async writeJson(name: string, value: unknown): Promise<void> {
    await this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  async appendLine(name: string, value: unknown): Promise<void> {
    await appendFile(this.file(name), `${JSON.stringify(value)}\n`);
  }

  /** Replaces a line file by its lines that `keep` accepts; a half-written last line is dropped. */
  async keepLines(name: string, keep: (line: Record<string, unknown>) => boolean): Promise<void> {
    if (!(await this.has(name))) return;
    const lines = (await readFile(this.file(name), "utf8")).split("\n").slice(0, -1);
    const kept = lines.filter((line) => keep(JSON.parse(line)));
    await this.writeText(name, kept.map((line) => `${line}\n`).join(""));
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
    return readFile(this.file(name), "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new InputError(
        `${this.file(name)}: cannot be read (${error.code ?? error.message}); is it a finished run?`,
      );
    });
  }
}
