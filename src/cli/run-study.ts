import { join, resolve } from "node:path";
import { type LoadedConfig, loadConfig } from "../config/load.js";
import { InputError, Interrupted } from "../errors.js";
import { arrayFolder } from "../executors/slurm/arrays.js";
import { checkRecorded } from "../record/recorded-file.js";
import { RunFolder } from "../record/run-folder.js";
import { planStudy } from "../study/plan.js";
import { countingRows } from "../study/row-counts.js";
import { runStudy } from "../study/run-study.js";
import { type StudyDesign, type StudyKind, studyFiles } from "../study/study.js";
import { chosenExecutor } from "./executor-options.js";
import { printOutcome, printRound, wayBack } from "./run-planned.js";
import { withSignals } from "./signals.js";
import type { StudyArguments } from "./study-options.js";
import { tell } from "./terminal.js";

/** Plans or runs a study as the command line asks and prints its report, or its results as JSON. */
export async function runStudyCommand(
  kind: StudyKind,
  given: StudyArguments,
  asks: (asked: LoadedConfig, others: readonly LoadedConfig[]) => StudyDesign | Promise<StudyDesign>,
): Promise<void> {
  const overrides = [
    ...given.set,
    ...(given.seed === undefined ? [] : [`seed=${given.seed}`]),
    ...(given.engine === undefined ? [] : [`engine=${given.engine}`]),
  ];
  const asked = await recordedConfig(given.config, overrides);
  const others: LoadedConfig[] = [];
  for (const other of given.others ?? []) others.push(await recordedConfig(other, overrides));
  const out = given.out ?? join("runs", `${namesOf([asked, ...others])}-${kind}`);
  const onMessage = (text: string) => {
    if (!given.quiet) tell(text);
  };
  const isBegun = () => new RunFolder(out).has(studyFiles.plan);
  if (given.resume && !(await isBegun())) {
    tell(`nothing to resume in ${out}: the study starts from the beginning`);
  }
  const onWarning = (text: string) => tell(`WARNING: ${text}`);
  const { jobs } = given;
  const executor = await chosenExecutor(given, { jobs, folder: resolve(out, arrayFolder), onMessage });
  if (given["plan-only"] && executor !== undefined) {
    throw new InputError(`--plan-only trains nothing; leave --executor ${given.executor} out`);
  }
  const design = async () => countingRows(await asks(asked, others));
  try {
    const options = (signal: AbortSignal) => ({ out, jobs, executor, signal, onMessage, onWarning });
    if (given["plan-only"]) {
      printRound(await withSignals(async (signal) => planStudy(await design(), options(signal))), given);
      return;
    }
    printOutcome(await withSignals(async (signal) => runStudy(await design(), options(signal))), given);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (!(await isBegun())) throw new Interrupted("interrupted before the first training; nothing was written");
    throw new Interrupted(
      executor?.elsewhere ? await wayBack(out) : "interrupted; the same command continues where it stopped",
    );
  }
}

async function recordedConfig(file: string, overrides: readonly string[]): Promise<LoadedConfig> {
  await checkRecorded(resolve(file), file);
  return loadConfig(file, overrides);
}

/** Longest name of a folder that is made of the names of configs. */
const longestName = 150;

function namesOf(configs: readonly LoadedConfig[]): string {
  return configs
    .map(({ config }) => config.name)
    .join("-vs-")
    .slice(0, longestName);
}
