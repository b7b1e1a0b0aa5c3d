import type { Progress } from "../progress.js";

/** Why a stage 1 ended. */
export type EndOfStage1 = NonNullable<Progress["stage1"]["ended"]>;

/** How stage 1 ended, as pid.json.stage1 says it; what versions before did not record is left out. */
export interface Stage1End {
  readonly converged: boolean;
  /** Of a single training. */
  readonly ended?: EndOfStage1 | undefined;
  /** Of an ensemble: how many of its members ended how. */
  readonly endedMembers?: Readonly<Record<EndOfStage1, number>> | undefined;
  readonly maxEpochs?: number | undefined;
  readonly every?: number | undefined;
  readonly patience?: number | undefined;
  /** Stable epochs in a row at its end; of an ensemble the fewest. */
  readonly stableEpochs?: number | undefined;
}

/** Whether the stable epochs that are asked for fit into a stage 1. */
interface Room {
  readonly maxEpochs: number;
  readonly every: number;
  readonly patience: number;
  readonly enough: boolean;
  /** The fewest epochs into which they fit. */
  readonly needed: number;
  /** How often atoms are measured: every so many epochs, and after the last. */
  readonly measurements: number;
  /** Whether the last measurement found atoms elsewhere than the one before. */
  readonly moved: boolean;
}

/** The first measurement has none before it to be held against; each of the others stands for the epochs since the one before. */
export function roomOf({ maxEpochs, every, patience, stableEpochs }: Stage1End): Room | undefined {
  if (maxEpochs === undefined || every === undefined || patience === undefined) return undefined;
  const measurements = Math.ceil(maxEpochs / every);
  return {
    ...{ maxEpochs, every, patience, measurements },
    enough: (measurements - 1) * every >= patience,
    needed: Math.ceil(patience / every) * every + 1,
    moved: measurements > 1 && stableEpochs === 0,
  };
}

/** How often each end came; undefined where a run does not say. */
export function endCounts({ ended, endedMembers }: Stage1End): Readonly<Record<EndOfStage1, number>> | undefined {
  if (ended === undefined) return endedMembers;
  return { settled: 0, overfit: 0, limit: 0, [ended]: 1 };
}

/**
 * What is known of the atoms at the end: they had settled, they had not, or the stage had no room for the stable epochs that are
 * asked for, and no measurement spoke against them.
 */
export function settlingOf(end: Stage1End): "settled" | "moving" | "unjudged" {
  if (end.converged) return "settled";
  const room = roomOf(end);
  const byHeart = (endCounts(end)?.overfit ?? 0) > 0;
  return room === undefined || room.enough || room.moved || byHeart ? "moving" : "unjudged";
}
