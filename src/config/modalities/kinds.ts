import { z } from "zod";
import { type ArrayModalityConfig, arraySchema } from "./array.js";
import { type TableModalityConfig, tableSchema } from "./table.js";

/** The keys of every kind of modality, by its name. */
export const kindSchemas = { table: tableSchema, array: arraySchema } as const;

/** Name of a kind of modality, as `kind` has it. */
export type KindName = keyof typeof kindSchemas;

/** One modality, of whatever kind; without `kind` it is a table. */
export const modalitySchema = z.discriminatedUnion("kind", [tableSchema, arraySchema]);

export type ModalityConfig = z.output<typeof modalitySchema>;

/** The kind of a modality. */
export function kindName({ kind }: Pick<ModalityConfig, "kind">): KindName {
  return kind ?? "table";
}

/** Whether a modality is columns of a table. */
export function isTable(modality: ModalityConfig): modality is TableModalityConfig {
  return kindName(modality) === "table";
}

/** Modalities that lie in array files, by name, in the order of the config. */
export function arrayModalities(modalities: Readonly<Record<string, ModalityConfig>>): [string, ArrayModalityConfig][] {
  return Object.entries(modalities).flatMap(([name, modality]) =>
    modality.kind === "array" ? [[name, modality]] : [],
  );
}

/** What `array` names: a file, and in an .npz which of its arrays. */
export function arrayPlace(array: string): { readonly file: string; readonly member?: string } {
  const found = /^(.*\.npz)#(.+)$/is.exec(array);
  return found === null ? { file: array } : { file: found[1], member: found[2] };
}

/** The same array in a file of another name. @param rename the file's name -> its new name */
export function withArrayFile(array: string, rename: (file: string) => string): string {
  const { file, member } = arrayPlace(array);
  return member === undefined ? rename(file) : `${rename(file)}#${member}`;
}

/** Distinct files of array modalities, in the order of the config. */
export function arrayFiles(modalities: Readonly<Record<string, ModalityConfig>>): string[] {
  return [...new Set(arrayModalities(modalities).map(([, { array }]) => arrayPlace(array).file))];
}
