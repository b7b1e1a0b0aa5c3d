import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { refuseFaults } from "../../run/part-sizes.js";
import type { StudyRun } from "../study.js";
import type { DealtRows } from "./deal.js";
import { checkPermutations, permutationName, permutedConfig } from "./permutations.js";
import { checkedShares, shareFault, shareName, shareOfSplit } from "./train-shares.js";

/** What a cross-validation of one config trains beside its folds. */
export interface ExtraOptions {
  /** Ascending; all rows last. */
  readonly trainShares?: readonly number[] | undefined;
  readonly permutations?: number | undefined;
}

/**
 * The options as study.json keeps them: left out where nothing is asked for.
 * @throws InputError for options that are none, or do not go with several configs
 */
export function checkedExtras(
  { trainShares, permutations }: ExtraOptions,
  config: Config,
  configs: number,
): ExtraOptions {
  const asked = trainShares !== undefined ? "--train-share" : permutations !== undefined ? "--permutations" : null;
  if (asked !== null && configs > 1) {
    throw new InputError(`${asked}: is of one config, and ${configs} were given; run it with each of them`);
  }
  if (permutations !== undefined) checkPermutations(permutations, config);
  return {
    ...(trainShares === undefined ? {} : { trainShares: checkedShares(trainShares) }),
    ...(permutations === undefined ? {} : { permutations }),
  };
}

/** Shares that need trainings of their own. */
export function smallerShares({ trainShares = [] }: ExtraOptions): readonly number[] {
  return trainShares.filter((share) => share < 1);
}

/** Splits of the shares, by the name of their trainings. @throws InputError naming every share of which a part would be too small */
export function shareSplits(
  { folds, groupOf }: Pick<DealtRows, "folds" | "groupOf">,
  extras: ExtraOptions,
  config: Config,
) {
  const rng = new Rng(config.data.split.seed ?? config.seed).split("train-share");
  const all = smallerShares(extras).map((share) =>
    folds.map(({ name, split }) => {
      const some = shareOfSplit(split, share, groupOf, rng.split(name));
      return { name: shareName(share, name), some, fault: shareFault(share, name, some, config) };
    }),
  );
  // Of the folds of a share, which are of one size, the first stands for all.
  refuseFaults(all.flatMap((ofShare) => ofShare.flatMap(({ fault }) => fault ?? []).slice(0, 1)));
  return Object.fromEntries(all.flat().map(({ name, some }) => [name, some] as const));
}

/** Trainings beside the folds, in their order: shares, then permutations. */
export interface ExtraPlan {
  readonly config: Config;
  readonly folds: readonly { readonly name: string; readonly repeat: number }[];
  readonly outerGroup: string | undefined;
  /** The config of a fold. @param split name of its split, by which it is seeded */
  readonly foldConfig: (split: string) => Config;
}

export function extraRuns({ config, folds, outerGroup, foldConfig }: ExtraPlan, extras: ExtraOptions): StudyRun[] {
  const { permutations = 0 } = extras;
  const ofShares = smallerShares(extras).flatMap((share) =>
    folds.map(({ name }): StudyRun => ({ name: shareName(share, name), config: foldConfig(shareName(share, name)) })),
  );
  const ofPermutations = Array.from({ length: permutations }, (_, p) =>
    folds
      .filter(({ repeat }) => repeat === 1)
      .map(
        ({ name }): StudyRun => ({
          name: permutationName(p + 1, name),
          config: permutedConfig(foldConfig(name), config, p + 1, outerGroup),
        }),
      ),
  );
  return [...ofShares, ...ofPermutations.flat()];
}

/** How many trainings that is; nothing where there are the folds alone. */
export function trainingsMessage(extras: ExtraOptions, folds: number, ofFirstRepeat: number): string[] {
  const { permutations = 0 } = extras;
  const shares = smallerShares(extras).length;
  if (shares + permutations === 0) return [];
  const parts = [
    `${folds} of the config`,
    ...(shares === 0
      ? []
      : [`${shares * folds} of ${shares === 1 ? "a smaller share" : `${shares} smaller shares`} of the rows`]),
    ...(permutations === 0 ? [] : [`${permutations * ofFirstRepeat} of permuted targets`]),
  ];
  return [`${folds + shares * folds + permutations * ofFirstRepeat} trainings: ${parts.join(", ")}`];
}
