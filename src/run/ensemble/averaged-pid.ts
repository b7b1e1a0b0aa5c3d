import { mean } from "../../math/descriptive.js";
import { memberFolder } from "../../record/ensemble-folder.js";
import type { RunPid } from "../../record/pid-schemas.js";
import { readRunDocument } from "../../record/read-run.js";
import { type RunFolder, runFiles } from "../../record/run-folder.js";
import { outcomeOf, withLatentCheck, withoutLatentCheck } from "../check/checked-pid.js";
import { averagePid, combineTrees } from "./average.js";
import { averagedOutcome } from "./averaged-check.js";

/** Mean of the members' pid.json. */
export async function averagedPid(folder: RunFolder, members: number): Promise<RunPid> {
  const all: RunPid[] = [];
  for (let k = 1; k <= members; k++) {
    all.push(await readRunDocument(memberFolder(folder.path, k), runFiles.pid));
  }
  return averageOf(all);
}

/** Mean of pid.json of several trainings on the same rows. Flags are of the averaged decompositions, then of the averaged check. */
export function averageOf(members: readonly RunPid[]): RunPid {
  const all = members.map(withoutLatentCheck);
  const [{ stage1, ...first }] = all;
  const over = <K extends "weights" | "lambda">(key: K): RunPid[K] =>
    combineTrees(
      all.map((pid) => pid[key]),
      mean,
    );
  const averaged: RunPid = {
    ...first,
    ...averagePid(all),
    weights: over("weights"),
    lambda: over("lambda"),
    stage1: stage1 === undefined ? undefined : stagesOf(all),
    test: averagePid(all.map(({ test }) => test)),
  };
  return withLatentCheck(averaged, averagedOutcome(members.map(outcomeOf)));
}

/** Epochs of the longest stage 1, whether all settled and found information, how many did not, and what ended how many. */
function stagesOf(all: readonly RunPid[]) {
  const stages = all.flatMap(({ stage1 }) => stage1 ?? []);
  const [{ maxEpochs, every, patience }] = stages;
  const ended = stages.flatMap((stage) => stage.ended ?? []);
  const of = (end: (typeof ended)[number]) => ended.filter((each) => each === end).length;
  const stable = stages.flatMap(({ stableEpochs }) => stableEpochs ?? []);
  const without = stages.filter(({ informative }) => !informative).length;
  return {
    epochs: Math.max(...stages.map(({ epochs }) => epochs)),
    converged: stages.every(({ converged }) => converged),
    informative: without === 0,
    switches: Math.max(...stages.map(({ switches }) => switches)),
    ...(ended.length < stages.length
      ? {}
      : { endedMembers: { settled: of("settled"), overfit: of("overfit"), limit: of("limit") } }),
    ...{ maxEpochs, every, patience },
    ...(stable.length < stages.length ? {} : { stableEpochs: Math.min(...stable) }),
    ...(without === 0 ? {} : { uninformativeMembers: without }),
  };
}
