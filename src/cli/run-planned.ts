import { resolve } from "node:path";
import { Interrupted } from "../errors.js";
import { arrayFolder, arraysOf } from "../executors/slurm/arrays.js";
import { cancel } from "../executors/slurm/queue.js";
import { RunFolder } from "../record/run-folder.js";
import { askSlurm } from "../record/slurm-command.js";
import { plural } from "../report/text.js";
import { shellQuoted } from "../shell-quoted.js";
import { shown } from "../shown.js";
import type { StudyOutcome } from "../study/collect.js";
import { executeStudy } from "../study/execute.js";
import { parseIndices } from "../study/indices.js";
import { collect } from "../study/kinds.js";
import type { PlannedRound } from "../study/plan.js";
import { studyStatus, trainingStates } from "../study/status.js";
import type { StudyListener } from "../study/study.js";
import { readStudy } from "../study/study-file.js";
import { chosenExecutor, type ExecutorArguments } from "./executor-options.js";
import { withSignals } from "./signals.js";
import { studyText } from "./study-text.js";
import { alignTable } from "./table.js";
import { print, printJson, tell } from "./terminal.js";

/** What the commands on a planned study take. */
export interface PlannedStudyCommand {
  readonly folder: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Trains what the command line names, and says what was finished before. */
export async function runTrainings(
  command: PlannedStudyCommand & ExecutorArguments & { readonly index: string; readonly jobs?: number },
): Promise<void> {
  const { folder, index, jobs, json, quiet } = command;
  const { trainings } = await readStudy(new RunFolder(resolve(folder)));
  const indices = parseIndices(index, trainings.length);
  const onMessage = (text: string) => {
    if (!quiet) tell(text);
  };
  const executor = await chosenExecutor(command, { jobs, folder: resolve(folder, arrayFolder), onMessage });
  const executed = await listening(
    command,
    (listener) => executeStudy(folder, indices, { ...listener, jobs, executor }),
    () => (executor?.elsewhere ? wayBack(folder) : undefined),
  );
  if (json) {
    printJson({ study: resolve(folder), trainings: executed });
    return;
  }
  const rows = executed.map(({ index, name, before }) => [name, `${index}`, before ? "finished before" : "finished"]);
  print(alignTable([["training", "index", ""], ...rows]));
}

/** Says how to come back to a study whose trainings go on in SLURM. */
export async function wayBack(folder: string): Promise<string> {
  const arrays = await arraysOf(resolve(folder));
  const where = shellQuoted(folder);
  if (arrays.length === 0) return "interrupted; the same command continues where it stopped";
  const names = arrays.map(({ job, name }) => job ?? name).join(", ");
  return (
    `interrupted; array ${names} goes on in SLURM. The same command waits for it again; when it has ended, ` +
    `pidreg study collect ${where} writes the results. To end it: pidreg study cancel ${where}`
  );
}

/** Cancels the arrays of a study; what they have trained is kept. */
export async function cancelArrays({ folder, json }: PlannedStudyCommand): Promise<void> {
  await readStudy(new RunFolder(resolve(folder)));
  const arrays = await arraysOf(resolve(folder));
  await cancel(
    askSlurm,
    arrays.map(({ name }) => name),
  );
  const cancelled = arrays.map(({ job, name }) => job ?? name);
  if (json) printJson({ study: resolve(folder), cancelled });
  else print(cancelled.length === 0 ? "no array of the study is in SLURM" : `cancelled: ${cancelled.join(", ")}`);
}

/** Prints the findings of a study whose trainings are finished, or what its next round is. */
export async function collectResults(command: PlannedStudyCommand): Promise<void> {
  const { outcome, next } = await listening(command, (listener) => collect(command.folder, listener));
  if (next !== undefined) return printRound(next, command);
  printOutcome(outcome, command);
}

/** Prints the findings of a study, and where its files are. */
export function printOutcome(
  { folder, results, blocks, report }: StudyOutcome,
  { json }: Pick<PlannedStudyCommand, "json">,
): void {
  if (json) printJson({ study: folder, ...results });
  else print(`${studyText(blocks)}\n\nstudy   ${shown(folder)}\nreport  ${shown(report)}`);
}

/** Prints where every training of a study stands. */
export async function printStatus({ folder, json }: PlannedStudyCommand): Promise<void> {
  const { folder: study, ...status } = await studyStatus(folder);
  if (json) return printJson({ study, ...status });
  const { kind, collected, trainings } = status;
  const counts = trainingStates.flatMap((state) => {
    const count = trainings.filter((training) => training.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const rows = trainings.map(({ index, name, state, detail = "" }) => [name, `${index}`, state, firstLine(detail)]);
  print(
    [
      `${kind} of ${plural(trainings.length, "training")}: ${counts.join(", ")}${collected ? "; results are written" : ""}`,
      alignTable([["training", "index", "state", ""], ...rows], Number.POSITIVE_INFINITY),
    ].join("\n\n"),
  );
}

/** Prints the trainings that a plan waits for, and how they are run. */
export function printRound(planned: PlannedRound, { json }: Pick<PlannedStudyCommand, "json">): void {
  const { folder, kind, round, trainings, commands } = planned;
  if (json) {
    printJson({ study: folder, kind, round, trainings, commands });
    return;
  }
  const [first, last] = [trainings[0].index, trainings[trainings.length - 1].index];
  const range = first === last ? `index ${first}` : `indices ${first} to ${last}`;
  const what = trainings.length === 1 ? "1 training" : `${trainings.length} trainings`;
  print(
    [
      `${round === 1 ? "planned" : `round ${round} planned:`} ${what}, ${range}`,
      `commands  ${shown(commands)}, one a line`,
      `then      pidreg study collect ${shellQuoted(folder)}`,
    ].join("\n"),
  );
}

function firstLine(text: string): string {
  const [line, ...more] = text.split("\n");
  return more.length === 0 ? line : `${line} ..`;
}

/** @param onInterrupt says how to go on; the usual words if left out or undefined */
async function listening<T>(
  { quiet }: PlannedStudyCommand,
  work: (listener: StudyListener) => Promise<T>,
  onInterrupt: () => Promise<string> | undefined = () => undefined,
): Promise<T> {
  const onMessage = (text: string) => {
    if (!quiet) tell(text);
  };
  try {
    return await withSignals((signal) => work({ signal, onMessage, onWarning: (text) => tell(text) }));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted((await onInterrupt()) ?? "interrupted; the same command continues where it stopped");
  }
}
