import { relative, resolve, sep } from "node:path";
import { besideOf, type ModalityConfig } from "../config/modalities/kinds.js";
import type { Config } from "../config/schema.js";

/**
 * The config with its tables and arrays as seen from another folder: it can be trained from there.
 * @param from folder to which its paths are relative now
 * @param to   folder to which they are relative in the result
 */
export function rebaseConfig(config: Config, from: string, to: string): Config {
  const place = (file: string) => relative(resolve(to), resolve(from, file)).replaceAll(sep, "/");
  const seen = (file: string | undefined) => (file === undefined ? undefined : place(file));
  const { data } = config;
  const modalities = Object.fromEntries(
    Object.entries(data.modalities).map(([name, modality]) => [name, rebased(modality, place)]),
  );
  const split = { ...data.split, file: seen(data.split.file) };
  const streaming = data.streaming && { ...data.streaming, cache: seen(data.streaming.cache) };
  const tables = data.tables?.map((table) => ({ ...table, file: place(table.file) }));
  return { ...config, data: { ...data, file: seen(data.file), tables, modalities, split, streaming } };
}

function rebased(modality: ModalityConfig, place: (file: string) => string): ModalityConfig {
  const file = modality.file === undefined ? undefined : place(modality.file);
  return { ...(besideOf(modality)?.renamed(place) ?? modality), file };
}
