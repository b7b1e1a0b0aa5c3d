import { resolve } from "node:path";
import { createExecutor } from "../executors/executors.js";
import { RunFolder } from "../record/run-folder.js";
import { duration } from "../report/duration.js";
import { type Collected, collectIn, type StudyOutcome } from "./collect.js";
import { executeIn } from "./execute.js";
import { StudyMemory } from "./finished-runs.js";
import { holdStudy, type PreparedStudy, prepareStudy, writeStudy } from "./plan.js";
import type { StudyDesign, StudyOptions } from "./study.js";

/**
 * A whole study: plans it, executes its trainings and collects what they found, round by round, in a folder that this
 * process holds meanwhile; while trainings run elsewhere nobody holds it. Running the same study again continues it:
 * finished trainings are kept, interrupted ones resumed.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function runStudy<R extends object>(
  design: StudyDesign<R>,
  options: StudyOptions,
): Promise<StudyOutcome<R>> {
  const { out, executor = createExecutor(options) } = options;
  const prepared = await prepareStudy(design, options);
  const memory = new StudyMemory();
  const begin = async (folder: RunFolder) => {
    remember(memory, prepared);
    await writeStudy(folder, prepared, options, memory);
  };
  const execute = (folder: RunFolder) => executeIn(folder, out, undefined, { ...options, executor }, memory);
  const collect = (folder: RunFolder) => collectIn(folder, out, design.open, options, memory);
  const hold = <T>(work: (folder: RunFolder) => Promise<T>) => holdStudy(out, options, work);
  const told = (secondsLeft: number) => {
    if (!Number.isFinite(executor.atOnce)) return;
    options.onMessage?.(`about ${duration(secondsLeft / executor.atOnce)} left for the whole study`);
  };
  if (!executor.elsewhere) {
    return hold(async (folder) => {
      await begin(folder);
      return roundByRound(
        () => execute(folder),
        () => collect(folder),
        told,
      );
    });
  }
  await hold(begin);
  return roundByRound(
    () => execute(new RunFolder(resolve(out))),
    () => hold(collect),
    told,
  );
}

async function roundByRound<R extends object>(
  execute: () => Promise<unknown>,
  collect: () => Promise<Collected<R>>,
  told: (secondsLeft: number) => void,
): Promise<StudyOutcome<R>> {
  for (;;) {
    await execute();
    const collected = await collect();
    if (collected.outcome !== undefined) return collected.outcome;
    if (collected.secondsLeft !== undefined) told(collected.secondsLeft);
  }
}

/** Files that were hashed when they were read. */
function remember(memory: StudyMemory, { design, checksums, otherChecksums }: PreparedStudy): void {
  const hashed = [checksums, ...otherChecksums];
  [design, ...(design.others ?? [])].forEach(({ baseFolder }, i) => {
    for (const [name, checksum] of Object.entries(hashed[i])) memory.checksums.set(resolve(baseFolder, name), checksum);
  });
}
