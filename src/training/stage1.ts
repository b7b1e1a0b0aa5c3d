import type { TrainingConfig } from "../config/training.js";
import type { FusionTerm } from "../models/fusion.js";
import type { PidResult } from "../pid/types.js";
import { equalWeights, largestMove, weightsFromAtoms, windowAverage } from "./fusion-weights.js";
import type { AtomsRecord } from "./observer.js";
import type { Progress } from "./progress.js";

export interface Stage1Outcome {
  readonly progress: Progress;
  readonly record: AtomsRecord;
  /** Whether stage 1 ends with this epoch. */
  readonly done: boolean;
}

/**
 * Takes the atoms of an epoch into the fusion weights: the mean over a sliding window of epochs of the weights that
 * each epoch's atoms ask for. Stable when for `patience` consecutive epochs every atom stayed within the tolerance of
 * where it was before them, so that a slow drift (a product that is only being learned) does not pass for stability.
 * Where the total information cannot be told from 0, weights stay equal; silence counts as stable only in the second
 * half of the epochs, since a product is not seen at all before it is learned.
 */
export function advanceStage1(
  progress: Progress,
  pid: PidResult,
  terms: readonly FusionTerm[],
  { window, tolerance, patience }: TrainingConfig["stage1"],
  { epoch, maxEpochs }: { readonly epoch: number; readonly maxEpochs: number },
): Stage1Outcome {
  const { stage1, carrier } = progress;
  const uninformative = pid.flags.includes("no-information");
  const wanted = uninformative
    ? null
    : weightsFromAtoms(pid.atoms, pid.information.byModality, terms, carrier, pid.multi?.pairs ?? []);
  const weightHistory = [...stage1.weightHistory, wanted ?? equalWeights(terms)].slice(-window);
  const { unique, redundancy, synergy, partialRedundancy } = pid.atoms;
  const atoms = { unique: { ...unique }, redundancy, synergy, partialRedundancy };
  const early = uninformative && epoch <= maxEpochs / 2;
  const stable = !early && stage1.anchor !== null && largestMove(stage1.anchor, atoms) < tolerance;
  const stableEpochs = stable ? stage1.stableEpochs + 1 : 0;
  const converged = stableEpochs >= patience;
  const fusionWeights = windowAverage(weightHistory, window);
  return {
    progress: {
      ...progress,
      fusionWeights,
      stage1: {
        weightHistory,
        anchor: stable ? stage1.anchor : atoms,
        stableEpochs,
        epochs: epoch,
        converged,
        uninformative: wanted === null,
      },
    },
    record: {
      phase: "stage1",
      epoch,
      pid,
      fusionWeights,
      averagedOver: weightHistory.length,
      stableEpochs,
    },
    done: converged || epoch >= maxEpochs,
  };
}
