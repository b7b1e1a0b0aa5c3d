import { regionsOf } from "./regions.js";

/** A column of a modality as the user knows it, and the inputs of the network that are made of it. */
export interface ImportanceFeature {
  readonly name: string;
  /** Of a category all its columns of 0 and 1; the mark "is missing" of a column goes with it. */
  readonly inputs: readonly number[];
}

/**
 * What is permuted together: the whole modality, one column, a group of correlated columns, a region of the brain with both
 * sides, one side of it, or all columns of one side.
 */
export type ItemKind = "modality" | "column" | "group" | "region" | "side" | "hemisphere";

/** Some inputs of a modality whose importance is measured together. */
export interface ImportanceItem {
  readonly kind: ItemKind;
  readonly name: string;
  /** Names of the features; none for a modality without named columns. */
  readonly columns: readonly string[];
  readonly inputs: readonly number[];
}

/** A modality as a whole: all that there is of one without named columns. */
export function wholeModality(
  { name, width }: { readonly name: string; readonly width: number },
  features: readonly ImportanceFeature[],
): ImportanceItem {
  const inputs = Array.from({ length: width }, (_, i) => i);
  return { kind: "modality", name, columns: features.map((feature) => feature.name), inputs };
}

/** Every column by itself. */
export function columnItems(features: readonly ImportanceFeature[]): ImportanceItem[] {
  return features.map(({ name, inputs }) => ({ kind: "column", name, columns: [name], inputs }));
}

/** Groups of correlated columns, those of one column left out. @param groups places among the features */
export function groupItems(
  features: readonly ImportanceFeature[],
  groups: readonly (readonly number[])[],
): ImportanceItem[] {
  return groups
    .filter(({ length }) => length > 1)
    .map((members) => {
      const [first] = members;
      return together("group", `${features[first].name} + ${members.length - 1}`, features, members);
    });
}

/** Regions of the brain, their sides, and each side as a whole; empty where columns are not named by region and side. */
export function regionItems(features: readonly ImportanceFeature[]): ImportanceItem[] {
  const regions = regionsOf(features.map(({ name }) => name));
  if (regions.length === 0) return [];
  const bySide = regions.flatMap(({ region, ...sides }) => [
    together("region", region, features, [...sides.left, ...sides.right]),
    ...(["left", "right"] as const)
      .filter((side) => sides[side].length > 0)
      .map((side) => together("side", `${side} ${region}`, features, sides[side])),
  ]);
  const hemispheres = (["left", "right"] as const).map((side) =>
    together(
      "hemisphere",
      side,
      features,
      regions.flatMap((region) => region[side]),
    ),
  );
  return [...bySide, ...hemispheres];
}

function together(
  kind: ItemKind,
  name: string,
  features: readonly ImportanceFeature[],
  members: readonly number[],
): ImportanceItem {
  const chosen = members.map((i) => features[i]);
  return { kind, name, columns: chosen.map((f) => f.name), inputs: chosen.flatMap(({ inputs }) => inputs) };
}
