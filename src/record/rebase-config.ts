import { relative, resolve, sep } from "node:path";
import type { Config } from "../config/schema.js";

/**
 * The config with its data files as seen from another folder: it can be trained from there.
 * @param from folder to which its paths are relative now
 * @param to   folder to which they are relative in the result
 */
export function rebaseConfig(config: Config, from: string, to: string): Config {
  const seen = (file: string | undefined) =>
    file === undefined ? undefined : relative(resolve(to), resolve(from, file)).replaceAll(sep, "/");
  const { data } = config;
  const modalities = Object.fromEntries(
    Object.entries(data.modalities).map(([name, modality]) => [name, { ...modality, file: seen(modality.file) }]),
  );
  const split = { ...data.split, file: seen(data.split.file) };
  return { ...config, data: { ...data, file: seen(data.file), modalities, split } };
}
