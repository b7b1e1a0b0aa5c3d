import { createHash } from "node:crypto";
import { tablesOf } from "../config/dialect.js";
import { preservedColumns } from "../config/harmonise.js";
import { parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";

/** The config with some of its modalities only. */
export function subsetConfig(config: Config, modalities: readonly string[]): Config {
  const pick = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => modalities.includes(name)));
  const { data, model } = config;
  const encoder = { ...model.encoder, modalities: pick(model.encoder.modalities) };
  const kept = data.harmonise?.modalities?.filter((name) => modalities.includes(name));
  const part = pick(data.modalities);
  const preserved = data.harmonise && { ...data.harmonise, ...preservedWithout(data, part) };
  const harmonise = kept?.length === 0 ? undefined : preserved && { ...preserved, modalities: kept };
  const freed = data.confounds?.modalities?.filter((name) => modalities.includes(name));
  const confounds = freed?.length === 0 ? undefined : data.confounds && { ...data.confounds, modalities: freed };
  const columns = { ...data, ...keptTables(data, part), harmonise, confounds, modalities: part };
  const tree = { ...config, data: columns, model: { ...model, encoder } };
  return parseConfig(tree, `modalities ${modalities.join(", ")}`);
}

/**
 * All tables, where a modality that is left out lies in one that no other names: rows are matched on all of them and named by
 * the first, so that they are those of every subset, and the target, groups and confounds may stand in any.
 */
function keptTables(data: Config["data"], modalities: Config["data"]["modalities"]): Partial<Config["data"]> {
  const all = tablesOf(data);
  if (tablesOf({ ...data, modalities }).length === all.length) return {};
  const others = all.filter(({ file }) => file !== data.file);
  return {
    tables: others.map(({ file, dialect, key }) => ({
      file,
      ...dialect,
      key: key?.length === 1 ? key[0] : key && [...key],
    })),
  };
}

/** What is preserved, where a modality that is left out named one of its columns as a category: it stays one. */
function preservedWithout(data: Config["data"], modalities: Config["data"]["modalities"]) {
  const { numbers, categories } = preservedColumns(data);
  const known = preservedColumns({ ...data, modalities }).categories;
  return categories.every((name) => known.includes(name))
    ? {}
    : { preserve: [...numbers], categories: [...categories] };
}

/** Longest folder names, of modalities and of their places; every file system takes 255 bytes, the seed among them. */
const longestNames = { modalities: 120, places: 200 };

/** The modalities of a subset as a folder name: their names, or where that is long their places, or a digest of them. */
export function subsetName(modalities: readonly string[], { data }: Pick<Config, "data">): string {
  const joined = modalities.join("+");
  if (Buffer.byteLength(joined) <= longestNames.modalities) return joined;
  const places = Object.keys(data.modalities).flatMap((name, k) => (modalities.includes(name) ? [k + 1] : []));
  const placed = `modalities-${places.join("-")}`;
  if (placed.length <= longestNames.places) return placed;
  const digest = createHash("sha256").update(placed).digest("hex").slice(0, 16);
  return `${modalities.length}-modalities-${digest}`;
}
