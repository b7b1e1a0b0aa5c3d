import { answerOrder } from "../../mi/estimators/estimator-names.js";
import type { NamedEstimate, PairEstimates } from "../../mi/estimators/information-types.js";

/** What some modalities tell about the other side, by several estimators. */
export interface Information extends PairEstimates {
  readonly modalities: readonly string[];
  /** Columns of these modalities. */
  readonly columns: number;
}

/** Mutual informations of one table. */
export interface Informations {
  /** What they are about: the target, or the other modality. */
  readonly about: string;
  readonly n: number;
  /** Of a class: H(Y), bits; null of numbers. */
  readonly entropy: number | null;
  readonly informations: readonly Information[];
}

/** The answer; null where no estimator reads the rows. */
export function answerOf({ estimates }: Information): NamedEstimate | null {
  for (const name of answerOrder) {
    const found = estimates.find(({ estimator }) => estimator === name);
    if (found !== undefined) return found;
  }
  return null;
}
