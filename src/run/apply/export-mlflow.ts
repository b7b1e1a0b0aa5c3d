import path from "node:path";
import { parseYaml } from "../../config/yaml.js";
import { InputError } from "../../errors.js";
import { sha256 } from "../../files/checksum.js";
import { type TrackedRun, type TrackedValue, writeTrackedRun } from "../../files/mlflow-store.js";
import { type RunFiles, readRun } from "../../record/read-run.js";
import { copyRun, finishedAt } from "../../record/run-artifacts.js";
import { runFiles } from "../../record/run-folder.js";
import { writeModelCard } from "../../report/model-card.js";
import { writeReport } from "../../report/write-report.js";
import { exportOnnx } from "./export-onnx.js";
import type { MlflowExport } from "./export-result.js";

/**
 * Writes a finished run into a folder of MLflow's file store: keys of its config as parameters, errors, baselines, bits and
 * the course of training as metrics, its files with report, model card and ONNX model as artifacts. The same run has the
 * same id, and takes its own place when it is written again.
 * @param root       the folder, such as mlruns
 * @param experiment name of the experiment; the run's name if left out
 * @throws InputError when the run is not finished; WriteError when the disk refuses a file
 */
export async function exportMlflow(runFolder: string, root: string, experiment?: string): Promise<MlflowExport> {
  const run = await readRun(runFolder);
  const end = await finishedAt(runFolder);
  const messages: string[] = [];
  const tracked: TrackedRun = {
    experiment: experiment ?? run.name,
    id: sha256(JSON.stringify([run.config, run.metrics, run.pid])).slice(0, 32),
    name: path.basename(path.resolve(runFolder)),
    ...{ start: end - Math.round(1000 * trainingSeconds(run)), end },
    params: params(parseYaml(run.config, runFiles.config)),
    metrics: new Map([...results(run, end), ...course(run, end)]),
    tags: tags(run, path.basename(path.resolve(runFolder))),
    writeArtifacts: async (folder) => {
      await copyRun(runFolder, folder);
      await writeReport(runFolder, path.join(folder, runFiles.report));
      await writeModelCard(runFolder, path.join(folder, "model-card.md"));
      messages.push(...(await onnxBeside(runFolder, path.join(folder, "model.onnx"))));
    },
  };
  const folder = await writeTrackedRun(root, tracked);
  return { folder, experiment: tracked.experiment, messages };
}

/** Writes the ONNX model where there can be one. @returns why there is none */
async function onnxBeside(run: string, file: string): Promise<string[]> {
  try {
    await exportOnnx(run, file);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [`without an ONNX model: ${error.message}`];
  }
}

function trainingSeconds({ epochs }: RunFiles): number {
  return epochs.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

/** Leaves of a config by their dotted keys; lists as JSON. */
function params(config: unknown): Map<string, string> {
  return new Map(leaves(config, []));
}

function leaves(value: unknown, keys: readonly string[]): [string, string][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return [[keys.join("."), typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...keys, keyPiece(key)]));
}

/** What the run ended with: errors of both parts and of the baselines, bits, fusion weights. */
function results({ metrics, pid }: RunFiles, time: number): [string, TrackedValue[]][] {
  const baselines = Object.entries(metrics.baselines);
  const named = [
    ...numbers("validation", metrics.validation.perTarget),
    ...numbers("test", metrics.test.perTarget),
    ...baselines.flatMap(([name, { test }]) => numbers(`baseline ${keyPiece(name)}`, test.perTarget)),
    ...numbers("bits", { ...pid.atoms, information: pid.information }),
    ...numbers("fusion weight", pid.weights),
  ];
  return named.map(([key, value]) => [key, [{ step: 0, value, time }]]);
}

/** The course of training: what every epoch was judged by and the terms of its loss; steps are epochs of both stages. */
function course(run: RunFiles, end: number): [string, TrackedValue[]][] {
  const series = new Map<string, TrackedValue[]>();
  let time = end - 1000 * trainingSeconds(run);
  run.epochs.forEach(({ validation, terms, seconds = 0 }, i) => {
    time += 1000 * seconds;
    const values = Object.entries(terms).map(([name, term]) => [name, term.value] as const);
    const named = [...numbers("epoch validation", validation), ...numbers("epoch loss", Object.fromEntries(values))];
    for (const [key, value] of named) {
      const point = { step: i + 1, value, time: Math.round(time) };
      series.set(key, [...(series.get(key) ?? []), point]);
    }
  });
  return [...series];
}

/** Finite numbers of a nested object, by their path with slashes. */
function numbers(path: string, value: unknown): [string, number][] {
  if (typeof value === "number") return Number.isFinite(value) ? [[path, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbers(`${path}/${keyPiece(key)}`, inner));
}

/** A name within a key, which is no folder of its own. */
function keyPiece(name: string): string {
  return name.replaceAll("/", "_");
}

function tags({ environment }: RunFiles, runName: string): Map<string, string> {
  return new Map([
    ["mlflow.runName", runName],
    ["mlflow.source.name", "pidreg train"],
    ["mlflow.source.type", "LOCAL"],
    ["pidreg.version", environment.pidreg],
    ["pidreg.engine", environment.engine],
    ["pidreg.seed", String(environment.seed)],
  ]);
}
