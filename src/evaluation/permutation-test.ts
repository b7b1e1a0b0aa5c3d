import { InputError } from "../errors.js";
import { mean, standardDeviation } from "../math/descriptive.js";

/** What a permutation test says of one error. */
export interface PermutationTest {
  /** The error of the data as they are. */
  readonly value: number;
  /** Errors with permuted targets, in the order of the permutations. */
  readonly permuted: readonly number[];
  readonly mean: number;
  /** Null with a single permutation. */
  readonly sd: number | null;
  readonly least: number;
  /** Permutations whose error is as low, or lower. */
  readonly better: number;
  readonly pValue: number;
}

/**
 * Test of the hypothesis that features say nothing of the target, by an error under permutations of the target:
 *   p = (1 + #{permuted error <= error}) / (permutations + 1)
 * The data as they are count as one permutation, so that p is never 0 and the test is exact.
 * Source: Phipson & Smyth 2010 (Stat. Appl. Genet. Mol. Biol. 9); of a whole pipeline, Ojala & Garriga 2010 (JMLR 11).
 * @throws InputError without a permutation
 */
export function permutationTest(value: number, permuted: readonly number[]): PermutationTest {
  if (permuted.length === 0) throw new InputError("a permutation test needs at least 1 permutation, got 0");
  const better = permuted.filter((error) => error <= value).length;
  return {
    ...{ value, permuted, mean: mean(permuted) },
    sd: permuted.length > 1 ? standardDeviation(permuted) : null,
    least: Math.min(...permuted),
    ...{ better, pValue: (1 + better) / (permuted.length + 1) },
  };
}
