import { join, resolve } from "node:path";
import type { Config } from "../config/schema.js";
import type { DataAccount } from "../data/dataset.js";
import { InputError } from "../errors.js";
import { poolJobs, runPool } from "../executors/pool.js";
import { type TrainProcess, trainInProcess } from "../executors/train-process.js";
import { dataChecksum, sha256 } from "../files/checksum.js";
import { documentText } from "../files/json.js";
import { checkOutputFolder } from "../files/output-file.js";
import { yamlText } from "../files/yaml.js";
import { Commit, isFinished, settle } from "../record/commit.js";
import { undigestedMessages } from "../record/digests.js";
import {
  changedFiles,
  checksummedFiles,
  type DataChecksums,
  pidregVersion,
  readChecksummed,
} from "../record/environment.js";
import { HeldFolder, isNothing } from "../record/held-folder.js";
import { type RunFiles, readRun } from "../record/read-run.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { RunFolder, runFiles } from "../record/run-folder.js";
import { checkFinished } from "../record/same-run.js";

/** Names of everything in a study folder; docs/studies.md describes their contents. */
export const studyFiles = {
  plan: "study.json",
  configs: "configs",
  splits: "splits",
  runs: "runs",
  results: "results.json",
  report: "report.md",
  predictions: "predictions.csv",
  digests: runFiles.digests,
} as const;

/** What a study is about. Another plan cannot continue in its folder. */
export interface StudyPlan {
  readonly kind: "crossval" | "select" | "ablate";
  /** What the command line asked for, as far as it changes a result. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Of the config's files, where they were read before the study; worked out if left out. */
  readonly checksums?: DataChecksums;
}

export interface StudyOptions {
  readonly out: string;
  /** Runs at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly onMessage?: (text: string) => void;
  /** Told what nobody should miss about the table: rows that were lost, numbers that may mean "missing". */
  readonly onWarning?: (text: string) => void;
  /** What trains a run; a process of its own if left out. */
  readonly train?: (run: TrainProcess, signal: AbortSignal) => Promise<void>;
}

/** One training of a study; paths in its config are relative to the plan's base folder, or absolute. */
export interface StudyRun {
  readonly name: string;
  readonly config: Config;
}

/** A finished training. */
export interface FinishedRun extends StudyRun {
  readonly files: RunFiles;
}

/**
 * A folder of training runs that belong together. Running the same study again continues it: finished runs are kept,
 * interrupted ones resumed.
 */
export class Study {
  readonly folder: RunFolder;
  private held: HeldFolder | null = null;
  private readonly jobs: number;
  /** Of data files by their path: those of the plan, and split files as runs ask for them. */
  private readonly checksums = new Map<string, string>();
  private toldUndigested = false;

  private constructor(
    private readonly plan: StudyPlan,
    private readonly options: StudyOptions,
  ) {
    for (const [name, checksum] of Object.entries(plan.checksums ?? {})) {
      this.checksums.set(resolve(plan.baseFolder, name), checksum);
    }
    this.folder = new RunFolder(resolve(options.out), () => this.held?.lock.assertHeld());
    this.jobs = poolJobs(options.jobs);
  }

  /**
   * Holds the folder for this process while `work` runs.
   * @throws InputError when the folder holds something else, or another process works in it
   */
  static async with<T>(plan: StudyPlan, options: StudyOptions, work: (study: Study) => Promise<T>): Promise<T> {
    const study = new Study(plan, options);
    const described = await study.describePlan();
    await study.checkFolder(described);
    const { onMessage, signal } = options;
    const onWait = (message: string) => onMessage?.(message);
    const held = await HeldFolder.take(study.folder.path, { onWait, ...(signal === undefined ? {} : { signal }) });
    study.held = held;
    try {
      await study.checkFolder(described);
      for (const note of await settle(study.folder)) options.onMessage?.(note);
      await study.folder.writeText(studyFiles.plan, described);
      return await work(study);
    } finally {
      await held.release();
    }
  }

  /** Tells what nobody should miss about the table that all runs train on. */
  warn({ losses, sentinels }: Pick<DataAccount, "losses" | "sentinels">): void {
    for (const text of [...losses, ...sentinels]) this.options.onWarning?.(text);
  }

  /** Trains every run that is not finished, and reads them all. @throws the failure of the first run that fails */
  async train(runs: readonly StudyRun[]): Promise<FinishedRun[]> {
    const { signal, onMessage, train = trainInProcess } = this.options;
    const open: TrainProcess[] = [];
    for (const run of runs) {
      const task = await this.prepare(run);
      if (task !== null) open.push(task);
    }
    const kept = runs.length - open.length;
    const note = kept > 0 ? `, ${kept} finished before` : "";
    onMessage?.(`${runs.length} runs${note}, ${Math.min(this.jobs, open.length)} at a time, in ${this.options.out}`);
    const started = performance.now();
    let done = 0;
    await runPool(open, train, {
      jobs: this.jobs,
      ...(signal === undefined ? {} : { signal }),
      onDone: (index) => {
        done++;
        const seconds = (performance.now() - started) / 1000;
        const left = (seconds / done) * (open.length - done);
        const ahead = done < open.length ? `, about ${duration(left)} left` : "";
        onMessage?.(`[${kept + done}/${runs.length}] ${open[index].name} done after ${duration(seconds)}${ahead}`);
      },
    });
    const finished: FinishedRun[] = [];
    for (const run of runs) finished.push({ ...run, files: await this.readFinished(run) });
    this.tellUndigested(finished);
    return finished;
  }

  /**
   * Reads the plan's table.
   * @throws InputError naming a file that is not the one that the study was begun with; what `read` throws otherwise
   */
  async readTable<T>(read: () => Promise<T>): Promise<T> {
    const { config, baseFolder } = this.plan;
    const { value, checksums } = await readChecksummed(config, baseFolder, read);
    const [changed] = changedFiles(await this.checksumsOf(config), checksums);
    if (changed === undefined) return value;
    throw new InputError(`${changed}: changed while the study began; run it again, with another --out`);
  }

  /** Writes the results of the study, all at once, with their digests. @param files contents by name */
  async finish(files: Readonly<Record<string, string>>): Promise<void> {
    const commit = await Commit.begin(this.folder);
    commit.list(studyFiles.plan, sha256(await this.describePlan()));
    for (const [name, text] of Object.entries(files)) await commit.write(name, text);
    await commit.finish();
  }

  /** @throws InputError when a run has read other files than the study was begun with */
  private async readFinished(run: StudyRun): Promise<RunFiles> {
    const files = await readRun(this.runFolder(run).path);
    const { dataChecksum = {} } = files.environment;
    const recorded = typeof dataChecksum === "string" ? { file: dataChecksum } : dataChecksum;
    const [changed] = changedFiles(recorded, await this.checksumsOf(run.config));
    if (changed === undefined) return files;
    throw new InputError(
      `${files.folder}: was trained on another ${changed} than the study was begun with; restore that file, delete the ` +
        "folder of the run, and run the study again",
    );
  }

  private tellUndigested(finished: readonly FinishedRun[]): void {
    const folders = finished.flatMap(({ files }) => (files.digested ? [] : [files.folder]));
    if (this.toldUndigested || folders.length === 0) return;
    this.toldUndigested = true;
    for (const message of undigestedMessages(folders)) this.options.onMessage?.(message);
  }

  /** Every file is hashed once in a study; what trains a run compares it with what it reads itself. */
  private async checksumsOf(config: Config): Promise<DataChecksums> {
    const { baseFolder } = this.plan;
    const entries: [string, string][] = [];
    for (const name of checksummedFiles(config)) {
      const place = resolve(baseFolder, name);
      const checksum = this.checksums.get(place) ?? (await dataChecksum(place));
      this.checksums.set(place, checksum);
      entries.push([name, checksum]);
    }
    return Object.fromEntries(entries);
  }

  private runFolder({ name }: StudyRun): RunFolder {
    return new RunFolder(this.folder.file(join(studyFiles.runs, name)));
  }

  /** Writes a run's config; null when the run is finished already. */
  private async prepare(run: StudyRun): Promise<TrainProcess | null> {
    const { baseFolder } = this.plan;
    const configs = new RunFolder(this.folder.file(studyFiles.configs));
    const folder = this.runFolder(run);
    if (await isFinished(folder)) {
      await checkFinished(folder, run.config, await this.checksumsOf(run.config));
      return null;
    }
    await configs.create();
    await configs.writeText(`${run.name}.yaml`, yamlText(rebaseConfig(run.config, baseFolder, configs.path)));
    const resume = await folder.has(runFiles.environment);
    const config = configs.file(`${run.name}.yaml`);
    // The study's own pool fills the cores already.
    return { name: run.name, config, out: folder.path, resume, ...(run.config.ensemble > 1 ? { jobs: 1 } : {}) };
  }

  private async describePlan(): Promise<string> {
    const { kind, options, config, baseFolder } = this.plan;
    const { threads: _threads, ...seen } = rebaseConfig(config, baseFolder, this.folder.path);
    const plan = {
      format: "pidreg-study-1",
      ...{ pidreg: pidregVersion(), kind, options, config: seen },
      dataChecksum: Object.values(await this.checksumsOf(config)),
    };
    return documentText(plan, studyFiles.plan);
  }

  private async checkFolder(described: string): Promise<void> {
    const { folder } = this;
    await checkOutputFolder(folder.path);
    const entries = (await folder.entries()) ?? [];
    if (!entries.includes(studyFiles.plan)) {
      const some = entries.find((name) => !isNothing(name));
      if (some === undefined) return;
      throw new InputError(
        `${folder.path}: holds other files (${some}, ..) and no study; choose a new folder with --out`,
      );
    }
    if ((await folder.readText(studyFiles.plan)) === described) return;
    throw new InputError(
      `${folder.path}: holds another study, or one of other data, options or version of pidreg; choose another --out`,
    );
  }
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  return seconds < 6000 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
