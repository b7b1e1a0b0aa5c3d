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
 * each epoch's atoms ask for. Stable when no atom moved by more than the tolerance for `patience` consecutive epochs.
 * Where the total information cannot be told from 0, weights stay equal.
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
  const wanted = uninformative ? null : weightsFromAtoms(pid.atoms, terms, carrier);
  const weightHistory = [...stage1.weightHistory, wanted ?? equalWeights(terms)].slice(-window);
  const stable = stage1.lastAtoms !== null && largestMove(stage1.lastAtoms, pid.atoms) < tolerance;
  const stableEpochs = stable ? stage1.stableEpochs + 1 : 0;
  const converged = stableEpochs >= patience;
  const fusionWeights = windowAverage(weightHistory, window);
  const { unique, redundancy, synergy, partialRedundancy } = pid.atoms;
  return {
    progress: {
      ...progress,
      fusionWeights,
      stage1: {
        weightHistory,
        lastAtoms: { unique: { ...unique }, redundancy, synergy, partialRedundancy },
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
