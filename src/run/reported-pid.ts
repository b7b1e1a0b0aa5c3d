import { cappedAtEntropy } from "../pid/estimate/entropy-cap.js";
import type { PidResult } from "../pid/types.js";
import { namedWeights } from "../record/named-weights.js";
import type { RunPid } from "../record/pid-schemas.js";
import { withLearningIntervals } from "../training/atoms/atom-intervals.js";
import { estimateAtoms, type HeldoutAtoms, heldoutPid, heldoutTable, latentShape } from "../training/atoms/atoms.js";
import { influentialHeldout } from "../training/atoms/influence.js";
import { completeRows, targetEntropy } from "../training/data.js";
import type { AtomsRecord } from "../training/observer.js";
import type { Trained } from "../training/trainer.js";
import { checkHeldLatents, type LatentCheck } from "./check/check-rows.js";
import { withLatentCheck } from "./check/checked-pid.js";
import type { PreparedRun } from "./prepare.js";
import type { TrainedRun } from "./trained-run.js";

/** pid.json, its atoms as a training tells of them, and the test part as it was measured for it. @param held atoms of the validation part */
export async function reportedPid(
  input: TrainedRun,
  held: HeldoutAtoms,
): Promise<{ readonly pid: RunPid; readonly atoms: AtomsRecord; readonly testAtoms: HeldoutAtoms }> {
  const { config, prepared, trained } = input;
  const { learner, fusionWeights, progress } = trained;
  const { training, split } = prepared;
  const { atoms: source } = config.model.fusion;
  const request = { learner, data: training, fusionWeights };
  const batchSize = learner.objective.batchSize;
  const pid =
    source === "heldout" ? held.pid : await estimateAtoms({ ...request, heldout: split.validation, source, batchSize });
  const measured = async (rows: Int32Array) => {
    const complete = completeRows(training, rows);
    const table = await heldoutTable(request, complete);
    return heldoutPid(request, held.readouts, table, latentShape(learner), complete);
  };
  const carriedBy = (atoms: HeldoutAtoms, part: "validation" | "test") => {
    const names = training.modalities.map(({ name }) => name);
    const found = influentialHeldout({ names, ...atoms }, training.targetNames.length);
    const ids = Array.from(completeRows(training, split[part]), (row) => prepared.dataset.rowIds[row]);
    const named = found === null ? null : { ...found, rows: found.rows.map((position) => ids[Number(position)]) };
    return { influentialRows: named };
  };
  const testAtoms = await measured(split.test);
  const entropy = targetEntropy(training);
  const trainRows = completeRows(training, split.train);
  const values = source === "heldout" ? (await measured(evenly(trainRows))).pid : null;
  const withIntervals = (part: PidResult) => {
    const { anyOrder: _, ...rest } = part;
    if (values === null) return rest;
    const { flags, intervals } = withLearningIntervals(part, { rows: trainRows.length, values });
    return { ...rest, flags, intervals };
  };
  const capped = (part: PidResult, found: ReturnType<typeof carriedBy> | object) =>
    cappedAtEntropy({ ...withIntervals(part), ...found }, entropy);
  const { stableEpochs, weightHistory, epochs, converged, uninformative, switches } = progress.stage1;
  const epoch = progress.best?.epoch ?? 0;
  const averagedOver = weightHistory.length;
  const own = capped(pid, source === "heldout" ? carriedBy(held, "validation") : {});
  const atoms: AtomsRecord = { phase: "stage2", epoch, pid: own, fusionWeights, averagedOver, stableEpochs };
  const reported: RunPid = {
    ...own,
    source,
    targets: training.targetNames,
    weights: namedWeights(learner.model.terms, fusionWeights),
    ...(progress.phases.includes("stage1")
      ? { stage1: { epochs, converged, informative: !uninformative, switches } }
      : {}),
    lambda: await lambdas(trained),
    ...lackingRows(prepared),
    test: capped(testAtoms.pid, carriedBy(testAtoms, "test")),
  };
  const check = await checkOf(input, [...split.validation, ...split.test]);
  return { pid: withLatentCheck(reported, check), atoms, testAtoms };
}

/**
 * Whether the Gaussian reading of the latents is enough, asked of validation and test rows together: neither trained the encoders.
 * The validation rows chose the epoch, which both readings have alike.
 */
async function checkOf(
  { config, prepared: { training }, trained, engine, signal }: TrainedRun,
  rows: readonly number[],
): Promise<LatentCheck> {
  const { learner, fusionWeights } = trained;
  const complete = completeRows(training, Int32Array.from(rows));
  const { target, ...values } = await heldoutTable({ learner, data: training, fusionWeights }, complete);
  const { groups } = training;
  const held = {
    ...{ rows: complete, inputs: training.modalities, values, target, targets: training.targetNames.length },
    latentDim: latentShape(learner).latentDim,
    ...(groups === undefined ? {} : { groups: Array.from(complete, (row) => groups[row]) }),
  };
  const { check } = config.evaluation;
  return checkHeldLatents(held, { check, seed: config.seed, engine: async () => engine, signal });
}

function lackingRows({ training, split }: PreparedRun): Pick<RunPid, "lacking"> {
  const lacking = (rows: Int32Array) => rows.length - completeRows(training, rows).length;
  const [validation, test] = [lacking(split.validation), lacking(split.test)];
  return validation + test === 0 ? {} : { lacking: { validation, test } };
}

/** Most training rows that are read for the intervals of atoms; more rows make them no better. */
const mostReadRows = 20_000;

/** At most `mostReadRows` of the rows, evenly spaced. */
function evenly(rows: Int32Array): Int32Array {
  const count = Math.min(rows.length, mostReadRows);
  return Int32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
}

/** Mean lambda per modality of the averaged weights. */
async function lambdas({ learner, architecture }: Trained): Promise<Record<string, number>> {
  const { average } = await learner.snapshot();
  const values = learner.layout.parameters.unpackValues(average);
  return Object.fromEntries(
    architecture.modalities.map(({ name }) => {
      const logits = values.find((parameter) => parameter.name === `bottleneck.${name}.logit`)?.values ?? [];
      const sigmoids = Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
      return [name, sigmoids.reduce((a, b) => a + b, 0) / sigmoids.length];
    }),
  );
}
