import { resolve } from "node:path";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { dataChecksum } from "../files/checksum.js";
import { isFinished } from "../record/commit.js";
import { undigestedMessages } from "../record/digests.js";
import { changedFiles, checksummedFiles, type DataChecksums } from "../record/environment.js";
import { readRun } from "../record/read-run.js";
import { RunFolder } from "../record/run-folder.js";
import { checkFinished } from "../record/same-run.js";
import type { FinishedRun, OpenStudy, StudyRun } from "./study.js";
import { plannedChecksums, runPath, type StudyDocument } from "./study-file.js";

/** What one process has read of a study, and need not read again. */
export class StudyMemory {
  /** Of data and split files as they were, by absolute path. */
  readonly checksums = new Map<string, string>();
  readonly runs = new Map<string, FinishedRun>();
  private toldUndigested = false;

  /** Every file is hashed once; what trains a run compares it with what it reads itself. */
  async checksumOf(file: string): Promise<string> {
    const checksum = this.checksums.get(file) ?? (await dataChecksum(file));
    this.checksums.set(file, checksum);
    return checksum;
  }

  tellUndigested(finished: readonly FinishedRun[], onMessage?: (text: string) => void): void {
    const folders = finished.flatMap(({ files }) => (files.digested ? [] : [files.folder]));
    if (this.toldUndigested || folders.length === 0) return;
    this.toldUndigested = true;
    for (const message of undigestedMessages(folders)) onMessage?.(message);
  }
}

/** What is known of a study's trainings, as far as those that are finished tell. */
export interface Progress {
  /** Trainings of the rounds in order; there may be more rounds as long as one is not finished. */
  readonly rounds: readonly (readonly StudyRun[])[];
  /** All trainings before the last round, and of the last one when it is finished. */
  readonly finished: readonly FinishedRun[];
  /** Trainings of the last round that are not finished. */
  readonly missing: readonly StudyRun[];
}

/**
 * Goes through the rounds of a study until one is not finished.
 * @throws InputError for a finished run that is not the one that was planned
 */
export async function progressOf(
  folder: RunFolder,
  document: StudyDocument,
  open: OpenStudy,
  memory: StudyMemory,
): Promise<Progress> {
  const rounds = [open.first];
  const finished: FinishedRun[] = [];
  for (;;) {
    const round = rounds[rounds.length - 1];
    const missing: StudyRun[] = [];
    for (const run of round) if (!(await isFinished(runFolder(folder, run.name)))) missing.push(run);
    if (missing.length > 0) return { rounds, finished, missing };
    for (const run of round) finished.push(await readFinished(folder, document, run, memory));
    const next = open.next?.(finished) ?? [];
    if (next.length === 0) return { rounds, finished, missing };
    rounds.push(next);
  }
}

export function runFolder(study: RunFolder, name: string): RunFolder {
  return new RunFolder(study.file(runPath(name)));
}

/**
 * The checksums that a training's files were planned with, by absolute path.
 * @param baseFolder folder against which the paths of its config are resolved
 */
export function expectedChecksums(
  planned: ReadonlyMap<string, string>,
  config: Config,
  baseFolder: string,
): DataChecksums {
  const files = checksummedFiles(config).map((name) => resolve(baseFolder, name));
  return Object.fromEntries(files.map((file) => [file, planned.get(file) ?? "unplanned"]));
}

/** @throws InputError when a run has read other files than the study was planned with, or is of another config */
async function readFinished(
  folder: RunFolder,
  document: StudyDocument,
  run: StudyRun,
  memory: StudyMemory,
): Promise<FinishedRun> {
  const known = memory.runs.get(run.name);
  if (known !== undefined) return known;
  const place = runFolder(folder, run.name);
  const files = await readRun(place.path);
  const expected = expectedChecksums(plannedChecksums(folder, document), run.config, folder.path);
  const { dataChecksum = {} } = files.environment;
  const recorded = typeof dataChecksum === "string" ? { file: dataChecksum } : dataChecksum;
  const [changed] = changedFiles(recorded, expected);
  if (changed !== undefined) {
    throw new InputError(
      `${files.folder}: was trained on another ${changed} than the study was begun with; restore that file, delete the ` +
        "folder of the run, and run the study again",
    );
  }
  await checkFinished(place, run.config, expected);
  const finished = { ...run, files };
  memory.runs.set(run.name, finished);
  return finished;
}
