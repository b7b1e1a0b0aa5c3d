import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { studyFiles } from "../run/study/study.js";
import { Interrupted } from "../training/epoch.js";
import { withSignals } from "./signals.js";
import type { StudyArguments } from "./study-options.js";

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
  const { config, baseFolder } = await loadConfig(given.config, overrides);
  const out = given.out ?? join("runs", `${config.name}-${kind}`);
  const onMessage = (text: string) => {
    if (!given.quiet) process.stderr.write(`${text}\n`);
  };
  const onWarning = (text: string) => void process.stderr.write(`${text}\n`);
  const jobs = given.jobs === undefined ? {} : { jobs: given.jobs };
  try {
    const { folder, results, text } = await withSignals((signal) =>
      study({ config, baseFolder, out, ...jobs, signal, onMessage, onWarning }),
    );
    process.stdout.write(
      given.json ? `${JSON.stringify({ study: folder, ...results })}\n` : `${text}\nstudy   ${folder}\n`,
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      existsSync(join(out, studyFiles.plan))
        ? "interrupted; the same command continues where it stopped"
        : "interrupted before the first training; nothing was written",
    );
  }
}
