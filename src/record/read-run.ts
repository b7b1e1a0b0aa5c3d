import path from "node:path";
import type { z } from "zod";
import { parseYaml } from "../config/yaml.js";
import { InputError } from "../errors.js";
import type { MeasuredTask } from "../tasks/measured-task.js";
import { taskNamed } from "../tasks/tasks.js";
import { type ReadEpochLine, readEpochLine } from "../training/epoch-line.js";
import { checkRunFolder } from "./check-run-folder.js";
import { type DataFile, dataFile, type EnvironmentFile, environmentFile } from "./data-schemas.js";
import { RunReader } from "./digests.js";
import { type RunDocument, type RunDocumentName, runDocuments } from "./documents.js";
import { type ImportanceDocument, importanceDocument } from "./importance-schemas.js";
import { type OcclusionDocument, occlusionDocument } from "./occlusion-schemas.js";
import { type PidFile, pidFile, type ReadPidLine, readPidLine } from "./pid-schemas.js";
import { type Predictions, parsePredictions, withComparisons } from "./predictions.js";
import { type Provenance, readProvenance } from "./provenance.js";
import { RunFolder } from "./run-folder.js";
import { configFile, type LatentsFile, latentsFile, type MetricsFile, metricsFile, namedTask } from "./run-schemas.js";

/** Everything the report reads from a run folder, checked. */
export interface RunFiles {
  readonly folder: string;
  /** The run's name in its config. */
  readonly name: string;
  /** `model.fusion.method`; undefined where the config does not name it. */
  readonly fusion: string | undefined;
  /** `losses.prediction`; undefined where the config does not name it. */
  readonly predictionLoss: string | undefined;
  /** What the run learned: what its numbers mean. */
  readonly task: MeasuredTask;
  /** config.yaml as it stands. */
  readonly config: string;
  readonly metrics: MetricsFile;
  readonly pid: PidFile;
  /** metrics.jsonl, one entry per epoch. */
  readonly epochs: readonly ReadEpochLine[];
  /** pid.jsonl, one entry per epoch of stage 1 and one after stage 2. */
  readonly pidEpochs: readonly ReadPidLine[];
  /** Validation and test rows of predictions.csv. */
  readonly validation: Predictions;
  readonly test: Predictions;
  /** latents.json; null in a run of a version that did not write it. */
  readonly latents: LatentsFile | null;
  /** importance.json; null in a run that did not measure it. */
  readonly importance: ImportanceDocument | null;
  /** occlusion.json; null in a run without modalities of shapes, or that did not measure it. */
  readonly occlusion: OcclusionDocument | null;
  /** provenance.json; null in a run of a version that did not write it. */
  readonly provenance: Provenance | null;
  readonly environment: EnvironmentFile;
  readonly data: DataFile;
  /** Whether every file was held against a digest; false for a run of a version that wrote none. */
  readonly digested: boolean;
}

/**
 * Reads a finished run folder; every file is what was written, where the run carries digests.
 * @throws InputError when the folder is not a finished run, or naming file and key (or line) of what is malformed
 */
export async function readRun(folder: string): Promise<RunFiles> {
  await checkRunFolder(folder);
  return RunReader.reading(folder, (reader) => readFiles(new CheckedFiles(folder, reader)));
}

/** What stands in the short documents of a run: what a list of runs says of one. */
export type RunFacts = Pick<
  RunFiles,
  "folder" | "name" | "fusion" | "predictionLoss" | "task" | "config" | "metrics" | "pid" | "environment" | "digested"
>;

/**
 * The same without the files that grow with rows and epochs.
 * @throws InputError as `readRun`
 */
export async function readRunFacts(folder: string): Promise<RunFacts> {
  await checkRunFolder(folder);
  return RunReader.reading(folder, (reader) => readFacts(new CheckedFiles(folder, reader)));
}

/**
 * One file of a finished run, byte by byte as it was written.
 * @throws InputError as `readRun`
 */
export async function readRunText(folder: string, name: string): Promise<string> {
  return RunReader.reading(folder, (reader) => new CheckedFiles(folder, reader).text(name));
}

/**
 * A document of a finished run of this version.
 * @throws InputError as `readRun`
 */
export async function readRunDocument<N extends RunDocumentName>(folder: string, name: N): Promise<RunDocument<N>> {
  return RunReader.reading(folder, (reader) => new CheckedFiles(folder, reader).json(name, readers[name]));
}

const readers: { readonly [N in RunDocumentName]: z.ZodType<RunDocument<N>> } = runDocuments;

/** Whether a finished run has a file that not every run has. @throws InputError as `readRun` */
export async function hasRunFile(folder: string, name: string): Promise<boolean> {
  return RunReader.reading(folder, (reader) => reader.has(name));
}

async function readFacts(files: CheckedFiles): Promise<RunFacts> {
  const { folder } = files;
  const config = await files.text("config.yaml");
  // First: of another task the other keys mean other things.
  const { task: named } = await files.json("metrics.json", namedTask);
  const task = knownTask(folder, named);
  const metrics = await files.json("metrics.json", metricsFile(task.metrics.stored));
  const pid = await files.json("pid.json", pidFile);
  checkNames(folder, metrics, pid);
  checkExtras(folder, metrics);
  const { name, model, losses } = check(
    parsed(() => parseYaml(config, "config.yaml"), path.join(folder, "config.yaml"), "YAML"),
    configFile,
    folder,
    "config.yaml",
  );
  return {
    ...{ folder, name, fusion: model?.fusion?.method, predictionLoss: losses?.prediction, config },
    ...{ task, metrics, pid },
    environment: await files.json("environment.json", environmentFile),
    digested: files.digested,
  };
}

async function readFiles(files: CheckedFiles): Promise<RunFiles> {
  const facts = await readFacts(files);
  const part = await predictionsReader(files, facts.metrics);
  return {
    ...facts,
    epochs: await files.jsonLines("metrics.jsonl", readEpochLine),
    pidEpochs: await files.jsonLines("pid.jsonl", readPidLine),
    validation: part("validation"),
    test: part("test"),
    latents: (await files.has("latents.json")) ? await files.json("latents.json", latentsFile) : null,
    importance: (await files.has("importance.json")) ? await files.json("importance.json", importanceDocument) : null,
    occlusion: (await files.has("occlusion.json")) ? await files.json("occlusion.json", occlusionDocument) : null,
    provenance: await readProvenance(new RunFolder(files.folder)),
    data: await files.json("data.json", dataFile),
  };
}

/** Reads parts of predictions.csv, and of comparisons.csv where the run trained networks to compare with. */
async function predictionsReader(files: CheckedFiles, metrics: MetricsFile): Promise<(part: string) => Predictions> {
  const { folder } = files;
  const predictions = await files.text("predictions.csv");
  const compared = (await files.has("comparisons.csv")) ? await files.text("comparisons.csv") : null;
  return (part) => {
    const wanted = {
      targets: metrics.targets,
      baselines: Object.keys(metrics.baselines),
      part,
      classes: metrics.classes,
    };
    const own = parsePredictions(predictions, path.join(folder, "predictions.csv"), wanted);
    return compared === null ? own : withComparisons(own, compared, path.join(folder, "comparisons.csv"), wanted);
  };
}

/** The task that a run names. @throws InputError for one that this version does not know */
function knownTask(folder: string, name: string | undefined): MeasuredTask {
  try {
    return taskNamed(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${path.join(folder, "metrics.json")}: "task": ${error.message}`);
  }
}

/** The files of a run, each held against its digest and its schema. */
class CheckedFiles {
  constructor(
    readonly folder: string,
    private readonly reader: RunReader,
  ) {}

  get digested(): boolean {
    return this.reader.digested;
  }

  has(name: string): Promise<boolean> {
    return this.reader.has(name);
  }

  async text(name: string): Promise<string> {
    try {
      return (await this.reader.read(name)).toString("utf8");
    } catch (error) {
      if (error instanceof InputError) throw error;
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "ENOENT") throw new InputError(`${path.join(this.folder, name)}: cannot be read (${code})`);
      throw new InputError(
        `${this.folder}: is not a finished run, it has no ${name}. Give the folder that \`pidreg train\` wrote; ` +
          "a run that was interrupted is finished with --resume",
      );
    }
  }

  async json<T>(name: string, schema: z.ZodType<T>): Promise<T> {
    const text = await this.text(name);
    const value = parsed(() => JSON.parse(text), path.join(this.folder, name), "JSON");
    return check(value, schema, this.folder, name);
  }

  async jsonLines<T>(name: string, schema: z.ZodType<T>): Promise<T[]> {
    const lines = (await this.text(name)).split("\n");
    return lines.flatMap((line, i) => {
      if (line.trim() === "") return [];
      const label = `${name}, line ${i + 1}`;
      const value = parsed(() => JSON.parse(line), path.join(this.folder, label), "JSON");
      return [check(value, schema, this.folder, label)];
    });
  }
}

function parsed(parse: () => unknown, label: string, format: string): unknown {
  try {
    return parse();
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new InputError(`${label}: is not valid ${format} (${reason}); the file was damaged or edited`);
  }
}

function check<T>(value: unknown, schema: z.ZodType<T>, folder: string, name: string): T {
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
