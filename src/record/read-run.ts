import { stat } from "node:fs/promises";
import path from "node:path";
import type { z } from "zod";
import { parseYaml } from "../config/yaml.js";
import { InputError } from "../errors.js";
import { readOwnFile } from "../files/own-file.js";
import { type Predictions, parsePredictions, withComparisons } from "./predictions.js";
import {
  configFile,
  type DataFile,
  dataFile,
  type EnvironmentFile,
  type EpochLine,
  environmentFile,
  epochLine,
  type LatentsFile,
  latentsFile,
  type MetricsFile,
  metricsFile,
  type PidFile,
  type PidLine,
  pidFile,
  pidLine,
} from "./run-schemas.js";

/** Everything the report reads from a run folder, checked. */
export interface RunFiles {
  readonly folder: string;
  /** The run's name in its config. */
  readonly name: string;
  /** config.yaml as it stands. */
  readonly config: string;
  readonly metrics: MetricsFile;
  readonly pid: PidFile;
  /** metrics.jsonl, one entry per epoch. */
  readonly epochs: readonly EpochLine[];
  /** pid.jsonl, one entry per epoch of stage 1 and one after stage 2. */
  readonly pidEpochs: readonly PidLine[];
  /** Validation and test rows of predictions.csv. */
  readonly validation: Predictions;
  readonly test: Predictions;
  /** latents.json; null in a run of a version that did not write it. */
  readonly latents: LatentsFile | null;
  readonly environment: EnvironmentFile;
  readonly data: DataFile;
}

/**
 * Reads a finished run folder.
 * @throws InputError when the folder is not a finished run, or naming file and key (or line) of what is malformed
 */
export async function readRun(folder: string): Promise<RunFiles> {
  await checkFolder(folder);
  const config = await readText(folder, "config.yaml");
  const metrics = await readJson(folder, "metrics.json", metricsFile);
  const pid = await readJson(folder, "pid.json", pidFile);
  checkNames(folder, metrics, pid);
  checkExtras(folder, metrics);
  const part = await predictionsReader(folder, metrics);
  return {
    folder,
    name: check(
      parsed(() => parseYaml(config, "config.yaml"), path.join(folder, "config.yaml"), "YAML"),
      configFile,
      folder,
      "config.yaml",
    ).name,
    config,
    metrics,
    pid,
    epochs: await readJsonLines(folder, "metrics.jsonl", epochLine),
    pidEpochs: await readJsonLines(folder, "pid.jsonl", pidLine),
    validation: part("validation"),
    test: part("test"),
    latents: (await exists(folder, "latents.json")) ? await readJson(folder, "latents.json", latentsFile) : null,
    environment: await readJson(folder, "environment.json", environmentFile),
    data: await readJson(folder, "data.json", dataFile),
  };
}

/** Reads parts of predictions.csv, and of comparisons.csv where the run trained networks to compare with. */
async function predictionsReader(folder: string, metrics: MetricsFile): Promise<(part: string) => Predictions> {
  const predictions = await readText(folder, "predictions.csv");
  const compared = (await exists(folder, "comparisons.csv")) ? await readText(folder, "comparisons.csv") : null;
  return (part) => {
    const wanted = { targets: metrics.targets, baselines: Object.keys(metrics.baselines), part };
    const own = parsePredictions(predictions, path.join(folder, "predictions.csv"), wanted);
    return compared === null ? own : withComparisons(own, compared, path.join(folder, "comparisons.csv"), wanted);
  };
}

async function checkFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => null);
  if (info === null)
    throw new InputError(`${folder}: there is no such folder; expected a run folder, such as runs/NAME`);
  if (!info.isDirectory()) throw new InputError(`${folder}: is a file; expected a run folder, such as runs/NAME`);
}

async function readText(folder: string, name: string): Promise<string> {
  try {
    return (await readOwnFile(folder, name)).toString("utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOENT") throw new InputError(`${path.join(folder, name)}: cannot be read (${code})`);
    throw new InputError(
      `${folder}: is not a finished run, it has no ${name}. Give the folder that \`pidreg train\` wrote; ` +
        "a run that was interrupted is finished with --resume",
    );
  }
}

async function exists(folder: string, name: string): Promise<boolean> {
  return stat(path.join(folder, name)).then(
    () => true,
    () => false,
  );
}

async function readJson<T extends z.ZodType>(folder: string, name: string, schema: T): Promise<z.infer<T>> {
  const text = await readText(folder, name);
  const value = parsed(() => JSON.parse(text), path.join(folder, name), "JSON");
  return check(value, schema, folder, name);
}

async function readJsonLines<T extends z.ZodType>(folder: string, name: string, schema: T): Promise<z.infer<T>[]> {
  const lines = (await readText(folder, name)).split("\n");
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const label = `${name}, line ${i + 1}`;
    return [
      check(
        parsed(() => JSON.parse(line), path.join(folder, label), "JSON"),
        schema,
        folder,
        label,
      ),
    ];
  });
}

function parsed(parse: () => unknown, label: string, format: string): unknown {
  try {
    return parse();
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new InputError(`${label}: is not valid ${format} (${reason}); the file was damaged or edited`);
  }
}

function check<T extends z.ZodType>(value: unknown, schema: T, folder: string, name: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue.path.length === 0 ? "the whole file" : `"${issue.path.join(".")}"`;
  throw new InputError(`${path.join(folder, name)}: ${key}: ${issue.message}`);
}

/** The files of one run speak of the same targets and modalities, or they were mixed up. */
function checkNames(folder: string, metrics: MetricsFile, pid: PidFile): void {
  for (const target of metrics.targets) {
    const where = ["validation", "test"] as const;
    for (const part of where) {
      if (Object.hasOwn(metrics[part].perTarget, target)) continue;
      throw new InputError(`${path.join(folder, "metrics.json")}: "${part}.perTarget.${target}" is missing`);
    }
    for (const [name, parts] of Object.entries(metrics.baselines)) {
      if (Object.hasOwn(parts.test.perTarget, target)) continue;
      throw new InputError(
        `${path.join(folder, "metrics.json")}: "baselines.${name}.test.perTarget.${target}" is missing`,
      );
    }
  }
  for (const modality of pid.modalities) {
    if (!Object.hasOwn(pid.atoms.unique, modality)) {
      throw new InputError(`${path.join(folder, "pid.json")}: "atoms.unique.${modality}" is missing`);
    }
    if (!Object.hasOwn(pid.information.byModality, modality)) {
      throw new InputError(`${path.join(folder, "pid.json")}: "information.byModality.${modality}" is missing`);
    }
  }
}

/** What a run may have beside its errors speaks of the same targets. */
function checkExtras(folder: string, { targets, intervals, biasCorrection, missingModalities }: MetricsFile): void {
  const refuse = (key: string): never => {
    throw new InputError(`${path.join(folder, "metrics.json")}: "${key}" is missing`);
  };
  const { complete, removed = [], observed = [] } = missingModalities ?? {};
  const patterns = [...(complete === undefined ? [] : [complete]), ...removed, ...observed];
  for (const target of targets) {
    if (intervals !== undefined && !Object.hasOwn(intervals.targets, target)) refuse(`intervals.targets.${target}`);
    if (biasCorrection !== undefined && !Object.hasOwn(biasCorrection.test.perTarget, target)) {
      refuse(`biasCorrection.test.perTarget.${target}`);
    }
    for (const { missing, test } of patterns) {
      if (test === null || Object.hasOwn(test.perTarget, target)) continue;
      refuse(`missingModalities: ${missing.length === 0 ? "complete" : missing.join("+")}: test.perTarget.${target}`);
    }
  }
}
