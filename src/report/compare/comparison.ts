import type { AnyMetrics } from "../../evaluation/metrics.js";
import type { Units } from "../with-unit.js";

/** Mean and standard deviation over the runs of a group; the latter null for one run. */
export interface Spread {
  readonly mean: number;
  readonly sd: number | null;
}

/** Each metric of the task over runs; null where it does not exist in some run. */
export type MetricsSpread = Readonly<Record<string, Spread | null>>;

/** One run of a comparison. */
export interface ComparedRun {
  readonly folder: string;
  readonly name: string;
  readonly seed: number;
  readonly testRows: number;
  /** Per target, on the run's test rows. */
  readonly test: Readonly<Record<string, AnyMetrics>>;
}

/** Runs whose configs say the same, name, seed, engine, evaluation and places of files aside. */
export interface ComparedGroup {
  /** "A", "B", ..: what tables and figures call it; never the name of a modality, target or baseline. */
  readonly letter: string;
  /** Name in the config, and where groups share it the settings that set this one apart. */
  readonly label: string;
  readonly runs: readonly ComparedRun[];
  /** Per target. */
  readonly test: Readonly<Record<string, MetricsSpread>>;
  /** Per baseline that all runs of the group recorded, per target. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, MetricsSpread>>>>;
}

/** Runs of one group and one seed. */
export interface RepeatedRuns {
  readonly group: string;
  readonly seed: number;
  /** Folders, at least two. */
  readonly runs: readonly string[];
}

/** Test error of a group, that by which models are compared, minus that of the first group, on the rows that both tested. */
export interface PairedDifference {
  readonly target: string;
  readonly group: string;
  readonly reference: string;
  /** In the unit of the target; null when there is nothing to pair, for which `note` gives the reason. */
  readonly interval: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly level: number;
  } | null;
  /** Pairs of runs. */
  readonly pairs: number;
  /** Test rows that the runs of a pair share, over all pairs. */
  readonly rows: number;
  /** How the interval was made, or why there is none. */
  readonly note: string;
}

/** A quantity side by side: one value per group, null where the group does not have it or it is infinite. */
export interface SideBySide {
  readonly label: string;
  readonly values: readonly (Spread | null)[];
}

/** What several runs found, side by side. */
export interface Comparison {
  /** What all runs learned; left out where it is regression. */
  readonly task?: string;
  readonly targets: readonly string[];
  /** Units of targets; those without one are left out. */
  readonly units: Units;
  readonly groups: readonly ComparedGroup[];
  /** Runs of one group that have the same seed too: one training done again. */
  readonly repeated: readonly RepeatedRuns[];
  readonly differences: readonly PairedDifference[];
  /** Bits. */
  readonly atoms: readonly SideBySide[];
  readonly weights: readonly SideBySide[];
  /** Sentences for the user about the runs. */
  readonly messages: readonly string[];
}
