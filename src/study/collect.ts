import { resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import type { SavedSplit } from "../data/dataset.js";
import { readSavedSplit } from "../data/split/saved-split.js";
import { InputError } from "../errors.js";
import { dataChecksum, sha256 } from "../files/checksum.js";
import { documentText } from "../files/json.js";
import { Commit } from "../record/commit.js";
import { RunFolder } from "../record/run-folder.js";
import { page } from "../report/page.js";
import { standalone } from "../report/render-svg.js";
import { shellQuoted } from "../shell-quoted.js";
import { type Progress, progressOf, StudyMemory } from "./finished-runs.js";
import { indicesText } from "./indices.js";
import { cautionBlocks } from "./pages/cautions.js";
import { holdStudy, type PlannedRound, writeRounds } from "./plan.js";
import {
  type OpenStudy,
  type PlannedStudy,
  type StudyFindings,
  type StudyKind,
  type StudyListener,
  type StudyPage,
  splitPath,
  studyFiles,
} from "./study.js";
import { damagedPlan, plannedStudy, readStudy, type StudyDocument, studyText } from "./study-file.js";
import { markdownText, type TextBlock } from "./text-blocks.js";

/** The findings of a whole study. */
export interface StudyOutcome<R extends object = object> {
  readonly folder: string;
  readonly results: R;
  /** The findings as Markdown, as report.md holds them, with what the trainings tell of their rows and warn of. */
  readonly text: string;
  /** The findings in pieces, without what the trainings tell of their rows and warn of. */
  readonly blocks: readonly TextBlock[];
  /** The page with its figures. */
  readonly report: string;
}

/** What a study comes to when all trainings that it has planned are finished: its findings, or the next round. */
export type Collected<R extends object = object> =
  | { readonly outcome: StudyOutcome<R>; readonly next?: undefined }
  | {
      readonly next: PlannedRound;
      readonly outcome?: undefined;
      /** Seconds that all trainings to come will take one after another, where the study can tell. */
      readonly secondsLeft?: number | undefined;
    };

/** How a planned study is understood by its kind. */
export type OpenPlanned<R extends object = object> = (planned: PlannedStudy, kind: StudyKind) => OpenStudy<R>;

/**
 * Reads the finished trainings of a study and writes its results; where trainings depend on those before them, plans the
 * next round instead, until there is none.
 * @throws InputError naming the trainings that are not finished, or a run that is not the one that was planned
 */
export async function collectStudy(path: string, open: OpenPlanned, listener: StudyListener = {}): Promise<Collected> {
  // Before the folder is held, which would make it.
  await readStudy(new RunFolder(resolve(path)));
  return holdStudy(path, listener, (folder) => collectIn(folder, path, open, listener, new StudyMemory()));
}

/** The same in a folder that is held. @param label the folder, as messages call it */
export async function collectIn<R extends object>(
  folder: RunFolder,
  label: string,
  openPlanned: OpenPlanned<R>,
  { onMessage }: StudyListener,
  memory: StudyMemory,
): Promise<Collected<R>> {
  const document = await readStudy(folder);
  const { kind } = document;
  const splits = await plannedSplits(folder, document);
  const open = openPlanned(plannedStudy(document, splits), kind);
  const progress = await progressOf(folder, document, open, memory);
  memory.tellUndigested(progress.finished, onMessage);
  const planned = document.trainings[document.trainings.length - 1].round;
  if (progress.rounds.length > planned) {
    const told = open.told?.(progress.finished);
    if (told !== undefined) onMessage?.(told);
    const next = await writeRounds(folder, document, progress.rounds, await threadsOf(folder, document));
    return { next, secondsLeft: open.secondsLeft?.(progress.finished) };
  }
  if (progress.missing.length > 0) throw missingError(label, document, progress);
  const findings = open.conclude(progress.finished);
  const { results, text: blocks } = findings;
  const text = markdownText([...blocks, ...cautionBlocks(progress.finished)]);
  await writeFindings(folder, document, { ...findings, text });
  const report = folder.file(studyFiles.page);
  return { outcome: { folder: folder.path, results, text, blocks, report } };
}

/** What is written: findings with their text as Markdown. */
type Written = Omit<StudyFindings, "text"> & { readonly text: string };

/** Writes the results of a study, all at once, with their digests. */
async function writeFindings(folder: RunFolder, document: StudyDocument, findings: Written): Promise<void> {
  const { results, text, tables = {} } = findings;
  const page = await findings.page();
  const commit = await Commit.begin(folder);
  commit.list(studyFiles.plan, sha256(studyText(document)));
  await commit.write(studyFiles.results, documentText(results, studyFiles.results));
  for (const [name, table] of Object.entries(tables)) await commit.write(name, table);
  await commit.write(studyFiles.report, text);
  await writePage(folder, commit, page);
  await commit.finish();
}

/** The page, and each of its figures as a file of its own. */
async function writePage(folder: RunFolder, commit: Commit, { sections, ...head }: StudyPage): Promise<void> {
  await folder.createInside(studyFiles.figures);
  for (const { id, wide } of sections.flatMap((section) => section.figures)) {
    await commit.write(`${studyFiles.figures}/${id}.svg`, standalone(wide));
  }
  await commit.write(studyFiles.page, page({ ...head, madeFrom: "the files of the study folder" }, sections));
}

/** The splits of a plan. @throws InputError naming a split file that is not the one that was planned */
export async function plannedSplits(folder: RunFolder, document: StudyDocument): Promise<Record<string, SavedSplit>> {
  const splits: Record<string, SavedSplit> = {};
  for (const [name, digest] of Object.entries(document.splits)) {
    const file = folder.file(splitPath(name));
    if ((await dataChecksum(file)) !== digest) throw damagedPlan(file, `${studyFiles.plan} was written with another`);
    splits[name] = await readSavedSplit(splitPath(name), folder.path);
  }
  return splits;
}

/** Threads are no part of study.json: they change no result. */
async function threadsOf(folder: RunFolder, { trainings }: StudyDocument): Promise<number> {
  return (await loadConfig(folder.file(trainings[0].config))).config.threads;
}

/** Trainings that are named; of others it is said how many there are. */
const mostNamed = 8;

function missingError(label: string, { trainings }: StudyDocument, { missing, rounds }: Progress): InputError {
  const names = new Set(missing.map(({ name }) => name));
  const indices = trainings.flatMap(({ name }, index) => (names.has(name) ? [index] : []));
  const named = indices.slice(0, mostNamed).map((index) => `${trainings[index].name} (index ${index})`);
  const more = indices.length > mostNamed ? ` and ${indices.length - mostNamed} more` : "";
  const all = rounds[rounds.length - 1].length;
  const list = indicesText(indices);
  return new InputError([
    `${label}: ${missing.length} of ${all} trainings ${missing.length === 1 ? "is" : "are"} not finished: ${named.join(", ")}${more}`,
    `Run ${missing.length === 1 ? "it" : "them"}, then collect again: pidreg study run ${shellQuoted(label)} --index ${list}`,
  ]);
}
