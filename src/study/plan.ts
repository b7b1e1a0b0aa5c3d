import { resolve } from "node:path";
import { type LoadedConfig, parseConfigText } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { documentText } from "../files/json.js";
import { checkOutputFolder } from "../files/output-file.js";
import { yamlText } from "../files/yaml.js";
import { settle } from "../record/commit.js";
import { type DataChecksums, pidregVersion, readChecksummed } from "../record/environment.js";
import { HeldFolder, isNothing } from "../record/held-folder.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { isUnfinished, RunFolder } from "../record/run-folder.js";
import { shellQuoted } from "../shell-quoted.js";
import { progressOf, StudyMemory } from "./finished-runs.js";
import {
  type OpenStudy,
  type StudyBasis,
  type StudyDesign,
  type StudyKind,
  type StudyListener,
  type StudyOptions,
  type StudyRun,
  splitPath,
  studyFiles,
  tableWarnings,
} from "./study.js";
import {
  configPath,
  emptyPlan,
  identityOf,
  plannedStudy,
  readIdentity,
  runPath,
  type StudyDocument,
  type StudyTraining,
  studyText,
} from "./study-file.js";

/** A training of a plan, with the number that `pidreg study run --index` knows it by. */
export interface IndexedTraining extends StudyTraining {
  readonly index: number;
}

/** The round of trainings that a study waits for. */
export interface PlannedRound {
  readonly folder: string;
  readonly kind: StudyKind;
  readonly round: number;
  readonly trainings: readonly IndexedTraining[];
  /** File of their commands, one a line. */
  readonly commands: string;
}

/** A design with what its table says, before anything is written. */
export interface PreparedStudy<R extends object = object> {
  readonly design: StudyDesign<R>;
  readonly basis: StudyBasis;
  readonly checksums: DataChecksums;
  /** Of the other configs. */
  readonly otherChecksums: readonly DataChecksums[];
}

/**
 * Plans a study: writes its folder with everything that its trainings need, one command a line for whoever executes them.
 * A study that was begun is planned as far as its finished trainings tell.
 * @throws InputError for data or a folder that do not fit, or when another process works in it
 */
export async function planStudy(design: StudyDesign, options: StudyOptions): Promise<PlannedRound> {
  const prepared = await prepareStudy(design, options);
  return holdStudy(options.out, options, (folder) => writeStudy(folder, prepared, options, new StudyMemory()));
}

/** Reads the table of a study, once its folder can be one. @throws InputError */
export async function prepareStudy<R extends object>(
  design: StudyDesign<R>,
  { out }: Pick<StudyOptions, "out">,
): Promise<PreparedStudy<R>> {
  await refuseOtherFiles(new RunFolder(resolve(out)));
  const otherChecksums: DataChecksums[] = [];
  const readAll = (design.others ?? []).reduceRight<() => Promise<StudyBasis>>(
    (read, { config, baseFolder }, i) =>
      async () => {
        const { value, checksums } = await readChecksummed(config, baseFolder, read);
        otherChecksums[i] = checksums;
        return value;
      },
    design.read,
  );
  const { value, checksums } = await readChecksummed(design.config, design.baseFolder, readAll);
  return { design, basis: value, checksums, otherChecksums };
}

/** What only a process writes that holds the study; failures are written by those that train. */
const writtenWhole = {
  files: Object.values(studyFiles),
  folders: [studyFiles.configs, studyFiles.splits, studyFiles.figures],
};

/**
 * Holds a study's folder for this process while `work` runs.
 * @throws FolderInUse when another process works in it
 */
export async function holdStudy<T>(
  out: string,
  { onMessage, signal }: StudyListener,
  work: (folder: RunFolder) => Promise<T>,
): Promise<T> {
  const path = resolve(out);
  await refuseOtherFiles(new RunFolder(path));
  const held = await HeldFolder.take(path, { onWait: (text) => onMessage?.(text), signal });
  try {
    const folder = new RunFolder(path, () => held.lock.assertHeld());
    for (const note of await settle(folder)) onMessage?.(note);
    await folder.removeUnfinished(writtenWhole);
    return await work(folder);
  } finally {
    await held.release();
  }
}

/** Writes the plan of a study into its folder, which is held. @throws InputError when the folder holds another study */
export async function writeStudy(
  folder: RunFolder,
  prepared: PreparedStudy,
  { onMessage, onWarning }: StudyListener,
  memory: StudyMemory,
): Promise<PlannedRound> {
  const { design, basis } = prepared;
  await refuseOtherFiles(folder);
  const described = describe(folder, prepared);
  const found = await readIdentity(folder);
  if (found !== null && found !== identityOf(described)) {
    throw new InputError(
      `${folder.path}: holds another study, or one of other data, options or version of pidreg; choose another --out`,
    );
  }
  for (const text of [...tableWarnings(basis.account), ...basis.warnings]) onWarning?.(text);
  for (const message of basis.messages) onMessage?.(message);
  const open = design.open(plannedStudy(described, basis.splits));
  const { rounds } = open.next === undefined ? firstRound(open) : await progressOf(folder, described, open, memory);
  return writeRounds(folder, described, rounds, design.config.threads, basis.splits);
}

function firstRound({ first }: OpenStudy): { readonly rounds: readonly (readonly StudyRun[])[] } {
  return { rounds: [first] };
}

/**
 * Writes study.json, the configs of all rounds, and the commands of the last. study.json comes first: a folder that holds
 * it is a study's, whatever else is missing.
 * @param threads inside an operation of a training, which changes no result and is no part of study.json
 * @param splits  written too, if given
 */
export async function writeRounds(
  folder: RunFolder,
  document: StudyDocument,
  rounds: readonly (readonly StudyRun[])[],
  threads: number,
  splits: StudyBasis["splits"] = {},
): Promise<PlannedRound> {
  const planned = rounds.flatMap((runs, r) => runs.map((run) => describeTraining(folder, run, r + 1, threads)));
  const whole = { ...document, trainings: planned.map(({ training }) => training) };
  await writeIfOther(folder, studyFiles.plan, studyText(whole));
  for (const name of [studyFiles.splits, studyFiles.configs, studyFiles.runs]) await folder.createInside(name);
  for (const [name, split] of Object.entries(splits)) {
    await writeIfOther(folder, splitPath(name), documentText(split, splitPath(name)));
  }
  for (const { training, text } of planned) await writeIfOther(folder, training.config, text);
  const round = plannedRound(folder, whole);
  await writeIfOther(folder, studyFiles.commands, commandsText(round));
  return round;
}

/** The last round of a study's plan. */
export function plannedRound(folder: RunFolder, { kind, trainings }: StudyDocument): PlannedRound {
  const { round } = trainings[trainings.length - 1];
  const indexed = trainings.map((training, index) => ({ index, ...training }));
  return {
    ...{ folder: folder.path, kind, round },
    trainings: indexed.filter((training) => training.round === round),
    commands: folder.file(studyFiles.commands),
  };
}

/** SHA-256 of a training's config without its number of threads. @param file name for error messages */
export function configDigest(text: string, file: string): string {
  const { threads: _threads, ...config } = parseConfigText(text, file);
  return sha256(JSON.stringify(config));
}

function describe(
  folder: RunFolder,
  { design, basis: { facts, splits }, checksums, otherChecksums }: PreparedStudy,
): StudyDocument {
  const { kind, options, others = [] } = design;
  const seen = (loaded: LoadedConfig) => {
    const { threads: _threads, ...config } = rebaseConfig(loaded.config, loaded.baseFolder, folder.path);
    return config;
  };
  const digest = ([name, split]: [string, object]) => [name, sha256(documentText(split, splitPath(name)))];
  const document: StudyDocument = {
    format: "pidreg-study-2",
    ...{ pidreg: pidregVersion(), kind, options, config: seen(design) },
    dataChecksum: Object.values(checksums),
    others:
      others.length === 0
        ? undefined
        : others.map((other, i) => ({ config: seen(other), dataChecksum: Object.values(otherChecksums[i]) })),
    splits: Object.fromEntries(Object.entries(splits).map(digest)),
    facts: { ...facts },
    trainings: [],
  };
  return emptyPlan(document, folder.file(studyFiles.plan));
}

function describeTraining(folder: RunFolder, { name, config }: StudyRun, round: number, threads: number) {
  const whole: Config = { ...config, threads };
  const text = yamlText(rebaseConfig(whole, folder.path, folder.file(studyFiles.configs)));
  const digest = configDigest(text, folder.file(configPath(name)));
  const training: StudyTraining = {
    ...{ name, round, seed: config.seed, configDigest: digest },
    ...{ config: configPath(name), run: runPath(name) },
  };
  return { training, text };
}

/** One command a line, for a shell. */
function commandsText({ folder, trainings }: Omit<PlannedRound, "commands">): string {
  return trainings.map(({ index }) => `pidreg study run ${shellQuoted(folder)} --index ${index}\n`).join("");
}

/** Others may be reading what is there: it is left where it is what would be written. */
async function writeIfOther(folder: RunFolder, name: string, text: string): Promise<void> {
  const there = (await folder.has(name)) ? await folder.readText(name) : null;
  if (there !== text) await folder.writeText(name, text);
}

async function refuseOtherFiles(folder: RunFolder): Promise<void> {
  await checkOutputFolder(folder.path);
  const entries = (await folder.entries()) ?? [];
  const some = entries.find((name) => !isNothing(name) && !isUnfinished(name, writtenWhole.files));
  if (some === undefined || entries.includes(studyFiles.plan)) return;
  throw new InputError(`${folder.path}: holds other files (${some}, ..) and no study; choose a new folder with --out`);
}
