import type { RowGroups } from "../estimate/row-groups.js";
import type { ByModality, PidInformation } from "../types.js";
import type { Posteriors } from "./posterior-cells.js";

/** Most modalities of a target of classes: the coupling of all their cells is held. */
export const mostClassModalities = 4;
/** Fewest rows whose classes can be learned and checked. */
export const fewestClassRows = 100;

/** What is known of a decomposition that reads the target as classes. */
export interface ClassReading {
  /** Names of the classes, ascending. */
  readonly labels: readonly string[];
  /** Rows of each. */
  readonly counts: readonly number[];
  /** H(Y) of the rows, bits: no information about the class is more. */
  readonly entropy: number;
  /** The information of all and of each over H(Y). */
  readonly shareOfEntropy: PidInformation;
  /** What the held-out posteriors show, H(Y) - cross entropy, before anything is cut into cells; may be below 0. */
  readonly heldOut: { readonly information: PidInformation; readonly standardErrors: PidInformation };
  /** Cells that each modality's posteriors were cut into. */
  readonly cells: ByModality;
  /**
   * As how many rows the mean posterior of a cell counts beside the cell's own when class shares of cells are estimated: many
   * where posteriors agree with the classes of held-out rows as well as chance allows (`posteriorRows`).
   */
  readonly posteriorRows: ByModality;
  /** Held-out information less that of the cells; what cutting lost, within sampling error. */
  readonly quantisationLoss: ByModality;
  /**
   * The reported union less `gap`, by which the coupling found for the cells is above its certified lower bound, bits: what
   * is left of the union were that coupling not the best one.
   */
  readonly certificate: number;
  readonly gap: number;
  /**
   * Union of the cells, bits, by their rows and mean posteriors, larger than what the cells know by about `tableBias`, which
   * such a table shows of independent classes; the reported union is on the scale of `heldOut`.
   */
  readonly tableUnion: number;
  readonly tableBias: number;
  /**
   * By how much the union of the cells may still be too large because few rows fall on each class of a cell, bits, an upper limit:
   * unique and redundant parts may be wrong by as much (`unionExcess`). Left out of a quick decomposition.
   */
  readonly unionExcess?: number;
  readonly sweeps: number;
  /** Three or more modalities: what is shared by all is not told from what some share; `redundancy` holds both. */
  readonly sharedNotSplit: boolean;
}

/** Rows of a target of classes with held-out posteriors: every row's come from a model that did not see it. */
export interface ClassPosteriors {
  /** Modality names, two to four. */
  readonly names: readonly string[];
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** [rows] number of the class of each row */
  readonly labels: Int32Array;
  /** [rows * classes] p(y | x_k), in the order of `names` */
  readonly byModality: readonly Posteriors[];
  /** [rows * classes] p(y | x_1, .., x_M) */
  readonly joint: Posteriors;
  /** of rows that depend on one another; null where rows are independent */
  readonly groups: RowGroups | null;
}

/** Choices of `classPid`. */
export interface ClassPidOptions {
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Cells per modality. Default `cellsFor`. */
  readonly cells?: number;
  /** Bootstrap replicates that are reported; the standard errors take 60 of their own. Default 0. */
  readonly bootstrap?: number;
  /** Shuffles of the permutation test; 0 for none. Default 0. */
  readonly permutations?: number;
  /** Bootstrap samples behind the standard errors; 0: errors of the rows' parts alone. Default 60. */
  readonly errorReplicates?: number;
  /** Also return per-row values. Default false. */
  readonly local?: boolean;
  /**
   * Atoms that are looked at after every epoch: the union to 1e-3 bits, errors of the rows' parts alone, and no look at how much
   * few rows for the cells may feign. Default false.
   */
  readonly quick?: boolean;
  readonly onProgress?: (stage: "bootstrap" | "permutations", done: number, of: number) => void;
}
