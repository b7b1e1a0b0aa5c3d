import type { z } from "zod";
import type { KindName } from "../config/modalities/kinds.js";
import type { ModalityPreparation } from "../data/prepare/preprocessor.js";
import { arrayKind } from "./array/kind.js";
import type { ArrayPreparation } from "./array/preparation.js";
import { imageKind } from "./image/kind.js";
import type { ModalityKind } from "./kind.js";
import { sequenceKind } from "./sequence/kind.js";
import type { ShapedPreparation } from "./shaped/kind.js";
import { tableKind } from "./table/kind.js";
import { volumeKind } from "./volume/kind.js";

/** Every kind of modality. One that is added here, and to the schemas of `config/modalities/`, is known everywhere. */
export const kinds = {
  table: tableKind,
  array: arrayKind,
  image: imageKind,
  sequence: sequenceKind,
  volume: volumeKind,
} as const satisfies Record<KindName, unknown>;

/** What was fitted on the training rows of one modality. */
export type Preparation = ModalityPreparation | ArrayPreparation | ShapedPreparation;

/** The kind of that name; undefined, as in models of tables, is a table. */
export function kindOf(name: string | undefined): ModalityKind<Preparation> {
  const known = Object.entries(kinds).find(([kind]) => kind === (name ?? "table"))?.[1];
  if (known === undefined) throw new RangeError(`no kind of modality "${name}"`);
  // A kind is only ever given what it fitted itself: both bear its name.
  return known as unknown as ModalityKind<Preparation>;
}

/** The kind that made a preparation. */
export function kindOfFitted(fitted: Preparation): ModalityKind<Preparation> {
  return kindOf("kind" in fitted ? fitted.kind : undefined);
}

/** Schemas of what is stored of modalities that are no tables, by their kind. */
export const storedKinds: Readonly<
  Record<Exclude<KindName, "table">, z.ZodType<ArrayPreparation | ShapedPreparation>>
> = {
  array: arrayKind.stored,
  image: imageKind.stored,
  sequence: sequenceKind.stored,
  volume: volumeKind.stored,
};
