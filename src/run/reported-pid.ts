import { cappedAtEntropy } from "../pid/estimate/entropy-cap.js";
import type { PidResult } from "../pid/types.js";
import { namedWeights } from "../record/named-weights.js";
import type { RunPid } from "../record/pid-schemas.js";
import { withLearningIntervals } from "../training/atoms/atom-intervals.js";
import { estimateAtoms, heldoutTable, latentShape } from "../training/atoms/atoms.js";
import { influentialHeldout } from "../training/atoms/influence.js";
import { measureAgain, type PartAtoms, pidOf } from "../training/atoms/part-atoms.js";
import { completeRows, outputWidth, targetEntropy } from "../training/data.js";
import type { AtomsRecord } from "../training/observer.js";
import { resolveTraining, sizesOf } from "../training/settings.js";
import type { Trained } from "../training/trainer.js";
import { checkHeldLatents, type LatentCheck } from "./check/check-rows.js";
import { withLatentCheck } from "./check/checked-pid.js";
import type { PreparedRun } from "./prepare.js";
import type { TrainedRun } from "./trained-run.js";

/** pid.json, its atoms as a training tells of them, and the test part as it was measured for it. @param held atoms of the validation part */
export async function reportedPid(
  input: TrainedRun,
  held: PartAtoms,
): Promise<{ readonly pid: RunPid; readonly atoms: AtomsRecord; readonly testAtoms: PartAtoms }> {
  const { config, prepared, trained } = input;
  const { learner, fusionWeights, progress } = trained;
  const { training, split } = prepared;
  const { atoms: source } = config.model.fusion;
  const request = { learner, data: training, fusionWeights };
  const { batchSize } = resolveTraining(config, sizesOf(training));
  const pid =
    source === "heldout"
      ? pidOf(held)
      : await estimateAtoms({ ...request, heldout: split.validation, source, batchSize });
  const carriedBy = (part: PartAtoms, name: "validation" | "test") => {
    if ("classes" in part) return {};
    const names = training.modalities.map(({ name: own }) => own);
    const found = influentialHeldout({ names, ...part.gaussian }, outputWidth(training));
    const ids = Array.from(completeRows(training, split[name]), (row) => prepared.dataset.rowIds[row]);
    const named = found === null ? null : { ...found, rows: found.rows.map((position) => ids[Number(position)]) };
    return { influentialRows: named };
  };
  const testAtoms = await measureAgain(request, held, split.test);
  const entropy = targetEntropy(training);
  const trainRows = completeRows(training, split.train);
  const learned = source === "heldout" && training.classes === undefined;
  const values = learned ? pidOf(await measureAgain(request, held, evenly(trainRows))) : null;
  const withIntervals = (part: PidResult) => {
    const { anyOrder: _, ...rest } = part;
    if (values === null) return rest;
    const { flags, intervals } = withLearningIntervals(part, { rows: trainRows.length, values });
    return { ...rest, flags, intervals };
  };
  const capped = (part: PidResult, found: ReturnType<typeof carriedBy> | object) =>
    cappedAtEntropy({ ...withIntervals(part), ...found }, entropy);
  const readAs = (part: PartAtoms) =>
    "classes" in part && part.classes.reading !== null ? { classes: part.classes.reading } : {};
  const { stableEpochs, weightHistory } = progress.stage1;
  const epoch = progress.best?.epoch ?? 0;
  const averagedOver = weightHistory.length;
  const own = { ...capped(pid, source === "heldout" ? carriedBy(held, "validation") : {}), ...readAs(held) };
  const atoms: AtomsRecord = { phase: "stage2", epoch, pid: own, fusionWeights, averagedOver, stableEpochs };
  const reported: RunPid = {
    ...own,
    source,
    targets: training.targetNames,
    weights: namedWeights(learner.model.terms, fusionWeights),
    ...(progress.phases.includes("stage1") ? { stage1: stage1Of(input) } : {}),
    lambda: await lambdas(trained),
    ...lackingRows(prepared),
    test: { ...capped(pidOf(testAtoms), carriedBy(testAtoms, "test")), ...readAs(testAtoms) },
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
  if (training.classes !== undefined) return null;
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

/** How stage 1 ended, and by which settings. */
function stage1Of({ config, prepared: { training }, trained }: TrainedRun): RunPid["stage1"] {
  const { epochs, converged, uninformative, switches, ended, stableEpochs } = trained.progress.stage1;
  const { stage1Epochs, stage1Patience } = resolveTraining(config, sizesOf(training));
  return {
    ...{ epochs, converged, informative: !uninformative, switches, ended },
    ...{ maxEpochs: stage1Epochs, every: config.training.stage1.every, patience: stage1Patience, stableEpochs },
  };
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
