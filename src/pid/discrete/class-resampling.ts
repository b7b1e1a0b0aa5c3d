import { InputError } from "../../errors.js";
import type { Rng } from "../../math/rng.js";
import { combineValues } from "../closed-form/combine-values.js";
import { type BootstrapProblem, bootstrap } from "../estimate/bootstrap.js";
import type { PidBootstrap, PidPermutation } from "../estimate/estimate-types.js";
import { intervalsFor } from "../estimate/no-information.js";
import { permutationTest } from "../estimate/permutation.js";
import type { PidFlag, PidIntervals } from "../types.js";
import type { ClassPidOptions, ClassPosteriors } from "./class-types.js";

/** The bootstrap that was asked for, or null; the cells stay as they are. */
export function reportedBootstrap(
  problem: BootstrapProblem,
  options: ClassPidOptions,
  flags: readonly PidFlag[],
  cap: number,
  rng: Rng,
): PidBootstrap | null {
  const { bootstrap: wanted = 0, level = 0.95, onProgress } = options;
  if (wanted === 0) return null;
  const told = (done: number) => onProgress?.("bootstrap", done, wanted);
  const { basic, bca, ...rest } = bootstrap(problem, wanted, level, rng.split("bootstrap"), told);
  const settled = (own: PidIntervals) =>
    intervalsFor(flags, { ...own, upper: combineValues([own.upper], ([v]) => Math.min(cap, v)) });
  return { ...rest, basic: settled(basic), bca: settled(bca) };
}

/**
 * Labels shuffled against held-out posteriors, which are not fitted anew.
 * @throws InputError where groups are of different sizes, so that their labels cannot be exchanged
 */
export function permutationOf(posteriors: ClassPosteriors, options: ClassPidOptions, rng: Rng): PidPermutation | null {
  const { permutations = 0, onProgress } = options;
  if (permutations === 0) return null;
  const { names, labels, classes, byModality, joint, groups } = posteriors;
  if (groups?.sizes.some((size) => size !== groups.sizes[0])) {
    throw new InputError(
      "a permutation test of classes exchanges the labels of whole groups, and these groups are of different sizes; " +
        "leave the permutations out, or take as many rows of every group",
    );
  }
  const column = Float64Array.from(labels);
  const scores = [joint, ...byModality].map((own) => own.map(Math.log2));
  return permutationTest(
    names,
    labels.length,
    groups,
    ({ apply }) => {
      const shuffled = apply(column);
      return scores.map((own) => shuffled.reduce((sum, y, r) => sum + own[r * classes.length + y] / labels.length, 0));
    },
    permutations,
    rng.split("permutation"),
    (done) => onProgress?.("permutations", done, permutations),
  );
}
