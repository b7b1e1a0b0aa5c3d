import type { ReadPidLine } from "../record/pid-schemas.js";
import type { RunFiles } from "../record/read-run.js";
import type { ReadEpochLine } from "../training/epoch-line.js";

/** An epoch on one axis that runs through both stages. */
export interface Placed<T> {
  readonly x: number;
  readonly line: T;
}

/** The epochs of both stages in order, 1, 2, ..; pilot fits, which only choose between options, are left out. */
export interface Timeline {
  readonly epochs: readonly Placed<ReadEpochLine>[];
  /** Decompositions of stage 1, and the one after stage 2 at the last epoch. */
  readonly atoms: readonly Placed<ReadPidLine>[];
  /** Last epoch of stage 1; null when there is only one stage. */
  readonly boundary: number | null;
  /** Epochs of stage 1 that the frozen weights average over; null where not recorded. */
  readonly window: readonly [number, number] | null;
}

/** Puts the lines of metrics.jsonl and pid.jsonl on one axis. */
export function timeline(run: Pick<RunFiles, "epochs" | "pidEpochs">): Timeline {
  const epochs = run.epochs
    .filter((line) => line.phase === "stage1" || line.phase === "stage2")
    .map((line, i) => ({ x: i + 1, line }));
  const at = new Map(epochs.map(({ x, line }) => [`${line.phase}/${line.epoch}`, x]));
  const end = epochs.length;
  const atoms = run.pidEpochs
    .filter((line) => line.phase === "stage1" || line.phase === "stage2")
    .map((line) => ({ x: at.get(`${line.phase}/${line.epoch}`) ?? end, line }));
  const stage1 = epochs.filter(({ line }) => line.phase === "stage1");
  const boundary = stage1.length === 0 || stage1.length === end ? null : stage1[stage1.length - 1].x;
  const last = atoms.filter(({ line }) => line.phase === "stage1").at(-1);
  const averaged = last?.line.averagedOver;
  const window = last === undefined || averaged === undefined ? null : ([last.x - averaged + 1, last.x] as const);
  return { epochs, atoms, boundary, window };
}
