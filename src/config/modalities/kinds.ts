import { z } from "zod";
import { arrayBeside, arraySchema } from "./array.js";
import type { Beside } from "./beside.js";
import { besideFrozen } from "./frozen.js";
import { imageBeside, imageSchema } from "./image.js";
import { sequenceBeside, sequenceSchema } from "./sequence.js";
import { type TableModalityConfig, tableSchema } from "./table.js";
import { volumeBeside, volumeSchema } from "./volume.js";

/** The keys of every kind of modality, by its name. */
export const kindSchemas = {
  table: tableSchema,
  array: arraySchema,
  image: imageSchema,
  sequence: sequenceSchema,
  volume: volumeSchema,
} as const;

/** Name of a kind of modality, as `kind` has it. */
export type KindName = keyof typeof kindSchemas;

/** Type of the encoder of every kind where the config leaves it to pidreg. */
export const usualEncoders = {
  table: "mlp",
  array: "mlp",
  image: "conv2d",
  sequence: "conv1d",
  volume: "conv3d",
} as const satisfies Record<KindName, string>;

/** One modality, of whatever kind; without `kind` it is a table. */
export const modalitySchema = z.discriminatedUnion("kind", [
  tableSchema,
  arraySchema,
  imageSchema,
  sequenceSchema,
  volumeSchema,
]);

export type ModalityConfig = z.output<typeof modalitySchema>;

/** The kind of a modality. */
export function kindName({ kind }: Pick<ModalityConfig, "kind">): KindName {
  return kind ?? "table";
}

/** Whether a modality is columns of a table. */
export function isTable(modality: ModalityConfig): modality is TableModalityConfig {
  return kindName(modality) === "table";
}

/** Where the rows of every kind lie that are no columns of a table. */
const besides = {
  table: () => null,
  array: arrayBeside,
  image: imageBeside,
  sequence: sequenceBeside,
  volume: volumeBeside,
} as const satisfies Record<KindName, unknown>;

/** Where the rows of a modality lie; null where they are columns of a table. */
export function besideOf(modality: ModalityConfig): Beside<ModalityConfig> | null {
  const beside: Beside<ModalityConfig> | null = besides[kindName(modality)](modality);
  return beside === null ? null : besideFrozen(beside, modality);
}

/** Modalities whose rows lie beside the table, by name, in the order of the config. */
export function besideModalities(
  modalities: Readonly<Record<string, ModalityConfig>>,
): [string, ModalityConfig, Beside<ModalityConfig>][] {
  return Object.entries(modalities).flatMap(([name, modality]): [string, ModalityConfig, Beside<ModalityConfig>][] => {
    const beside = besideOf(modality);
    return beside === null ? [] : [[name, modality, beside]];
  });
}

/** Distinct files that hold rows beside the table, in the order of the config. */
export function besideFiles(modalities: Readonly<Record<string, ModalityConfig>>): string[] {
  return [...new Set(besideModalities(modalities).flatMap(([, , { files }]) => files))];
}
