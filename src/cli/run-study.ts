import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { Interrupted } from "../errors.js";
import { checkRecorded } from "../record/recorded-file.js";
import { shown } from "../shown.js";
import { studyFiles } from "../study/study.js";
import { withSignals } from "./signals.js";
import type { StudyArguments } from "./study-options.js";
import { print, printJson, tell } from "./terminal.js";

/** What a study needs beside its own options. */
export interface StudyRequest {
  readonly config: Config;
  readonly baseFolder: string;
  readonly out: string;
  readonly jobs?: number;
  readonly signal: AbortSignal;
  readonly onMessage: (text: string) => void;
  readonly onWarning: (text: string) => void;
}

/** What a study found. */
export interface StudyOutcome {
  readonly folder: string;
  readonly results: object;
  readonly text: string;
}

/** Runs a study as the command line asks and prints its report, or its results as JSON. */
export async function runStudy(
  kind: string,
  given: StudyArguments,
  study: (request: StudyRequest) => Promise<StudyOutcome>,
): Promise<void> {
  const overrides = [
    ...given.set,
    ...(given.seed === undefined ? [] : [`seed=${given.seed}`]),
    ...(given.engine === undefined ? [] : [`engine=${given.engine}`]),
  ];
  await checkRecorded(resolve(given.config), given.config);
  const { config, baseFolder } = await loadConfig(given.config, overrides);
  const out = given.out ?? join("runs", `${config.name}-${kind}`);
  const onMessage = (text: string) => {
    if (!given.quiet) tell(text);
  };
  const isBegun = () => existsSync(join(out, studyFiles.plan));
  if (given.resume && !isBegun()) {
    tell(`nothing to resume in ${out}: the study starts from the beginning`);
  }
  const onWarning = (text: string) => tell(text);
  const jobs = given.jobs === undefined ? {} : { jobs: given.jobs };
  try {
    const { folder, results, text } = await withSignals((signal) =>
      study({ config, baseFolder, out, ...jobs, signal, onMessage, onWarning }),
    );
    if (given.json) printJson({ study: folder, ...results });
    else print(`${text}\nstudy   ${shown(folder)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      isBegun()
        ? "interrupted; the same command continues where it stopped"
        : "interrupted before the first training; nothing was written",
    );
  }
}
