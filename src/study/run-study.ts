import { resolve } from "node:path";
import { createExecutor } from "../executors/executors.js";
import { duration } from "../report/duration.js";
import { type Collected, collectIn, type StudyOutcome } from "./collect.js";
import { executeIn } from "./execute.js";
import { StudyMemory } from "./finished-runs.js";
import { holdStudy, prepareStudy, writeStudy } from "./plan.js";
import type { StudyDesign, StudyOptions } from "./study.js";

/**
 * A whole study: plans it, executes its trainings and collects what they found, round by round, in a folder that this
 * process holds meanwhile. Running the same study again continues it: finished trainings are kept, interrupted ones resumed.
 * @throws InputError for options, data or a folder that do not fit; what training throws
 */
export async function runStudy<R extends object>(
  design: StudyDesign<R>,
  options: StudyOptions,
): Promise<StudyOutcome<R>> {
  const { out, executor = createExecutor(options) } = options;
  const prepared = await prepareStudy(design, options);
  return holdStudy(out, options, async (folder) => {
    const memory = new StudyMemory();
    const checksums = [prepared.checksums, ...prepared.otherChecksums];
    [design, ...(design.others ?? [])].forEach(({ baseFolder }, i) => {
      for (const [name, checksum] of Object.entries(checksums[i]))
        memory.checksums.set(resolve(baseFolder, name), checksum);
    });
    await writeStudy(folder, prepared, options, memory);
    for (;;) {
      await executeIn(folder, out, undefined, { ...options, executor }, memory);
      const collected: Collected<R> = await collectIn(folder, out, design.open, options, memory);
      if (collected.outcome !== undefined) return collected.outcome;
      if (collected.secondsLeft !== undefined) {
        options.onMessage?.(`about ${duration(collected.secondsLeft / executor.atOnce)} left for the whole study`);
      }
    }
  });
}
