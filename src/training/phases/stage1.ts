import type { TrainingConfig } from "../../config/training.js";
import type { FusionTerm } from "../../models/fusion.js";
import type { PidResult } from "../../pid/types.js";
import {
  equalWeights,
  largestMove,
  largestWeightMove,
  weightsFromAtoms,
  windowAverage,
} from "../atoms/fusion-weights.js";
import { turnSwitch } from "../atoms/information-switch.js";
import type { AtomsRecord } from "../observer.js";
import type { Progress } from "../progress.js";

export interface Stage1Outcome {
  readonly progress: Progress;
  readonly record: AtomsRecord;
  /** Whether stage 1 ends with this epoch. */
  readonly done: boolean;
}

/** Where stage 1 stands. */
export interface Stage1Place {
  readonly epoch: number;
  readonly maxEpochs: number;
  /** Consecutive stable epochs that end it. */
  readonly patience: number;
  /** Whether the network learns its training rows by heart, so that the stage ends with this epoch. */
  readonly overfit?: boolean;
}

/** Fusion weights that moved by less than this since the anchor have settled: a twentieth of the whole. */
const weightTolerance = 0.05;

/**
 * Takes the atoms of an epoch into the fusion weights: the mean over a sliding window of epochs of the weights that
 * each epoch's atoms ask for. Stable when for `patience` consecutive epochs every atom stayed within the tolerance of
 * where it was before them, so that a slow drift (a product that is only being learned) does not pass for stability, and
 * so did the weights: of a small total, small moves of atoms turn weights over.
 * Where the total information cannot be told from 0, weights stay equal; silence counts as stable only in the second
 * half of the epochs, since a product is not seen at all before it is learned. Equal weights and weights of atoms are
 * never averaged with one another: when the switch (`turnSwitch`) changes sides, window and stability begin anew. Where only
 * every so many epochs are measured, each measurement stands for those before it.
 */
export function advanceStage1(
  progress: Progress,
  pid: PidResult,
  terms: readonly FusionTerm[],
  { window, tolerance, every }: TrainingConfig["stage1"],
  { epoch, maxEpochs, patience, overfit = false }: Stage1Place,
): Stage1Outcome {
  const { stage1, carrier } = progress;
  const measurements = Math.ceil(window / every);
  const side = turnSwitch(stage1, pid);
  const asked = side.uninformative
    ? null
    : weightsFromAtoms(pid.atoms, pid.information.byModality, terms, carrier, pid.multi?.pairs ?? []);
  const uninformative = asked === null;
  const wanted = asked ?? equalWeights(terms);
  const first = stage1.epochs === 0;
  const turned = !first && uninformative !== stage1.uninformative;
  const before = turned ? { weightHistory: [], anchor: null, anchorWeights: null, stableEpochs: 0 } : stage1;
  const weightHistory = [...before.weightHistory, wanted].slice(-measurements);
  const { unique, redundancy, synergy, partialRedundancy } = pid.atoms;
  const atoms = { unique: { ...unique }, redundancy, synergy, partialRedundancy };
  const last = overfit || epoch >= maxEpochs;
  const early = uninformative && !overfit && epoch <= maxEpochs / 2;
  const stable =
    !early &&
    before.anchor !== null &&
    largestMove(before.anchor, atoms) < tolerance &&
    before.anchorWeights !== null &&
    largestWeightMove(before.anchorWeights, wanted) < weightTolerance;
  const stableEpochs = stable ? before.stableEpochs + every : 0;
  const converged = stableEpochs >= patience;
  const done = converged || last;
  const ended = converged ? "settled" : overfit ? "overfit" : "limit";
  const fusionWeights = windowAverage(weightHistory, measurements);
  return {
    progress: {
      ...progress,
      fusionWeights,
      stage1: {
        weightHistory,
        anchor: stable ? before.anchor : atoms,
        anchorWeights: stable ? before.anchorWeights : wanted,
        stableEpochs,
        epochs: epoch,
        converged,
        uninformative,
        silentEpochs: side.silentEpochs,
        switches: stage1.switches + Number(turned),
        ...(done ? { ended } : {}),
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
    done,
  };
}
