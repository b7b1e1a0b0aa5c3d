import type { LoadedConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import type { DataAccount, Dataset, SavedSplit } from "../data/dataset.js";
import type { Executor } from "../executors/executor.js";
import type { RunFiles } from "../record/read-run.js";
import { runFiles } from "../record/run-folder.js";
import type { Section } from "../report/section.js";
import type { TextBlock } from "./text-blocks.js";

/** Names of everything in a study folder; docs/studies.md describes their contents. */
export const studyFiles = {
  plan: "study.json",
  commands: "commands.txt",
  configs: "configs",
  splits: "splits",
  runs: "runs",
  failures: "failures",
  results: "results.json",
  report: "report.md",
  page: runFiles.report,
  figures: runFiles.figures,
  predictions: runFiles.predictions,
  best: "best.yaml",
  trials: "trials.csv",
  digests: runFiles.digests,
} as const;

/** Kinds of studies, as the commands are called. */
export const studyKinds = ["crossval", "select", "select-nested", "ablate", "tune", "crossval-tune"] as const;
export type StudyKind = (typeof studyKinds)[number];

/** What whoever works in a study may be told, and what stops it. */
export interface StudyListener {
  readonly signal?: AbortSignal;
  readonly onMessage?: (text: string) => void;
  /** Told what nobody should miss about the table: rows that were lost, numbers that may mean "missing". */
  readonly onWarning?: (text: string) => void;
}

/** How the trainings of a study are executed. */
export interface ExecuteOptions extends StudyListener {
  /** Runs at a time; as many as there are cores if left out. */
  readonly jobs?: number;
  /** What trains the runs; processes of this machine, `jobs` at a time, if left out. */
  readonly executor?: Executor;
}

export interface StudyOptions extends ExecuteOptions {
  /** The study folder. */
  readonly out: string;
}

/** One training of a study; paths in its config are relative to the study folder, or absolute. */
export interface StudyRun {
  readonly name: string;
  readonly config: Config;
}

/** A finished training. */
export interface FinishedRun extends StudyRun {
  readonly files: RunFiles;
}

/** What a study works out from the table before its first training. */
export interface StudyBasis {
  readonly account: Pick<DataAccount, "losses" | "sentinels">;
  /** Sentences about parts that cannot carry a training. */
  readonly warnings: readonly string[];
  readonly messages: readonly string[];
  /** Row ids of the parts of every split, by the name that it gets in the study. */
  readonly splits: Readonly<Record<string, SavedSplit>>;
  /** The table whose rows these are. */
  readonly table: Pick<Dataset, "rowIds" | "targets">;
  /** What the results say of the table: plain data, which study.json keeps. */
  readonly facts: object;
}

/** What study.json and the split files say of a planned study. */
export interface PlannedStudy {
  /** Paths are relative to the study folder, or absolute. */
  readonly config: Config;
  /** Likewise those that are studied beside it; none if left out. */
  readonly others?: readonly Config[];
  readonly options: unknown;
  readonly facts: unknown;
  readonly splits: Readonly<Record<string, SavedSplit>>;
}

/** The page of a study. */
export interface StudyPage {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
}

/** Findings of a study whose trainings are all finished. */
export interface StudyFindings<R extends object = object> {
  readonly results: R;
  /** What the study has to say, for report.md and a terminal. */
  readonly text: readonly TextBlock[];
  /** The same as a page with figures. */
  readonly page: () => Promise<StudyPage>;
  /** Files beside results and report, by name. */
  readonly tables?: Readonly<Record<string, string>>;
}

/** A planned study as its kind understands it: a function of what the plan says and of finished trainings. */
export interface OpenStudy<R extends object = object> {
  /** The trainings that are known from the start: the first round. */
  readonly first: readonly StudyRun[];
  /**
   * The next round, where trainings depend on those before them: what follows from all that are finished, in their order;
   * none when the study has all it needs. Left out where there is one round.
   */
  readonly next?: (finished: readonly FinishedRun[]) => readonly StudyRun[];
  /** Seconds that trainings of all rounds to come will take one after another, where there are many and some have told. */
  readonly secondsLeft?: (finished: readonly FinishedRun[]) => number;
  /** What is to be said before the next round; undefined where there is nothing. */
  readonly told?: (finished: readonly FinishedRun[]) => string | undefined;
  readonly conclude: (finished: readonly FinishedRun[]) => StudyFindings<R>;
}

/** What a study is about. A study of another design cannot continue in its folder. */
export interface StudyDesign<R extends object = object> {
  readonly kind: StudyKind;
  /** What the command line asked for, as far as it changes a result: plain data, which study.json keeps. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly config: Config;
  /** Folder against which the config's relative paths are resolved. */
  readonly baseFolder: string;
  /** Further configs that are studied beside the first; none if left out. */
  readonly others?: readonly LoadedConfig[];
  /** Reads the table. @throws InputError for options and data that do not fit */
  readonly read: () => Promise<StudyBasis>;
  readonly open: (planned: PlannedStudy) => OpenStudy<R>;
}

/** Where the split of a name lies, as the configs of a study see it. */
export function splitPath(name: string): string {
  return `${studyFiles.splits}/${name}.json`;
}

/** What is said where rows look ordered, people have several rows, or windows hold targets of other parts. */
export function dependenceMessages({
  offeredOrder,
  offeredGroup,
  mixedPast,
}: Pick<Dataset, "offeredOrder" | "offeredGroup" | "mixedPast">): string[] {
  return [offeredOrder, offeredGroup, mixedPast].filter((text) => text !== undefined);
}

/** What nobody should miss about the table of a study: rows that were lost, numbers that may mean "missing". */
export function tableWarnings({ losses, sentinels }: Pick<DataAccount, "losses" | "sentinels">): string[] {
  return [...losses, ...sentinels];
}
