import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { runFiles } from "../../src/record/run-folder.js";
import { readEvents } from "./tfevents.js";

const program = process.env.PIDREG_BIN ?? fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A pidreg command in a process of its own. */
export function start(args: readonly string[], cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, ended };
}

/** Calls `then` at the nth time that something appears, changes or is renamed in a folder; returns how to stop. */
export function atChange(folder: string, nth: number, then: () => void): () => void {
  let seen = 0;
  const watcher = watch(folder, () => {
    if (++seen === nth) then();
  });
  return () => watcher.close();
}

/** The files of a finished run that must not depend on what happened on the way. */
export async function results(run: string): Promise<Record<string, Buffer>> {
  const names = [
    "model/model.json",
    "model/weights.safetensors",
    "metrics.json",
    "pid.json",
    "predictions.csv",
    "split.json",
  ];
  const entries = await Promise.all(names.map(async (name) => [name, await readFile(join(run, name))] as const));
  const events = readEvents(await readFile(join(run, runFiles.events))).map((event) => ({ ...event, seconds: 0 }));
  return Object.fromEntries([
    ...entries,
    ["metrics.jsonl", Buffer.from(await records(run, "metrics.jsonl"))],
    ["tensorboard", Buffer.from(JSON.stringify(events))],
  ]);
}

/** A line file without its measured times. */
async function records(run: string, name: string): Promise<string> {
  const lines = (await readFile(join(run, name), "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.stringify({ ...JSON.parse(line), seconds: 0, stepSeconds: 0 })).join("\n");
}

/** Every path below a folder, sorted. */
export async function listing(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

/** Writes a generated table and a config of a short run on it; returns the path of the config. */
export async function writeStudy(folder: string, generator: string, changes: object): Promise<string> {
  await mkdir(folder, { recursive: true });
  const made = await start(["synth", generator, "--out", join(folder, "data"), "--rows", "400"], folder).ended;
  if (made.code !== 0) throw new Error(made.stderr);
  const modalities = (await import("yaml")).parse(await readFile(join(folder, "data", "config.yaml"), "utf8")).data;
  const config = {
    name: "study",
    data: { ...modalities, file: "data/table.csv" },
    model: { latentDim: 6, encoder: { hidden: [24] }, predictor: { hidden: [24] } },
    training: { pilot: { epochs: 2 }, stage1: { maxEpochs: 4 }, stage2: { maxEpochs: 6 } },
    evaluation: { importance: "off" },
    ...changes,
  };
  const file = join(folder, "config.yaml");
  await writeFile(file, stringify(config));
  return file;
}

/** Whether a folder holds a run that can be continued. */
export function isRun(folder: string): boolean {
  return existsSync(join(folder, "environment.json"));
}
