import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { InputError } from "../errors.js";
import { readUserFile } from "../files/user-file.js";
import { atWritten, withFrozen } from "./frozen-encoders.js";
import { describeIssues } from "./issues.js";
import { assertSafeKeys, isInheritedName } from "./keys.js";
import { arrayKey, withArrayFile } from "./modalities/array-place.js";
import { presets, qualities } from "./presets.js";
import { type Config, configSchema } from "./schema.js";
import { parseYaml } from "./yaml.js";

export interface LoadedConfig {
  readonly config: Config;
  /** Folder against which relative paths of the config are resolved. */
  readonly baseFolder: string;
}

/** Bytes of the longest config: a list of a million columns. */
const longestConfig = 32_000_000;

type Tree = { [key: string]: unknown };

/**
 * Reads a YAML run config, applies `path.to.key=value` overrides and the preset, and fills in the defaults.
 * Data paths of the file are relative to the file; data paths given as an override are relative to the current folder.
 * @throws InputError naming the file and the path within it
 */
export async function loadConfig(file: string, overrides: readonly string[] = []): Promise<LoadedConfig> {
  const text = await readUserFile(file, `${file}: cannot read the config`, longestConfig);
  return { config: parseConfigText(text, file, overrides), baseFolder: dirname(resolve(file)) };
}

/** The config of a YAML text, as `loadConfig` makes it of a file. @param source name for error messages */
export function parseConfigText(text: string, source: string, overrides: readonly string[] = []): Config {
  const tree = parseTree(text, source);
  for (const override of overrides) applyOverride(tree, override);
  return parseConfig(tree, source);
}

/**
 * Validates a config given as plain data, with its preset applied.
 * @param source name for error messages
 */
export function parseConfig(tree: unknown, source = "config"): Config {
  const withPreset = isTree(tree)
    ? overlay(overlay(qualityOf(tree), presetOf(tree, source)), withFrozen(withConfounds(withColumns(tree))))
    : tree;
  const parsed = configSchema.safeParse(withPreset);
  if (parsed.success) return parsed.data;
  const found = describeIssues(parsed.error.issues, configSchema as z.ZodType, withPreset);
  const lines = found.map((line) => atWritten(line, tree));
  if (lines.length === 1) throw new InputError(`${source}: ${lines[0]}`);
  throw new InputError([`${source}: ${lines.length} things to mend`, ...lines.map((line) => `  ${line}`)]);
}

/** `NAME: [a1, "b*"]` and `NAME: "b*"` among the modalities, written out. */
function withColumns(tree: Tree): Tree {
  const { data } = tree;
  if (!isTree(data) || !isTree(data.modalities)) return tree;
  const modalities = Object.entries(data.modalities).map(([name, modality]) => {
    const columns = typeof modality === "string" ? [modality] : modality;
    return [name, Array.isArray(columns) ? { columns } : modality];
  });
  return { ...tree, data: { ...data, modalities: Object.fromEntries(modalities) } };
}

/** `confounds: [sex, icv]` and `confounds: icv`, written out. */
function withConfounds(tree: Tree): Tree {
  const { data } = tree;
  if (!isTree(data)) return tree;
  const columns = typeof data.confounds === "string" ? [data.confounds] : data.confounds;
  return Array.isArray(columns) ? { ...tree, data: { ...data, confounds: { columns } } } : tree;
}

function parseTree(text: string, file: string): Tree {
  const tree = parseYaml(text, file);
  if (!isTree(tree))
    throw new InputError(`${file}: expected a mapping with name, data and so on, found ${typeOf(tree)}`);
  assertSafeKeys(tree, file);
  return tree;
}

function presetOf(tree: Tree, source: string): Tree {
  const name = tree.preset;
  if (name === undefined) return {};
  if (typeof name !== "string" || !Object.hasOwn(presets, name)) {
    throw new InputError(
      `${source}: preset: no preset ${JSON.stringify(name)}; there is: ${Object.keys(presets).join(", ")}`,
    );
  }
  return presets[name as keyof typeof presets];
}

/** What `quality` sets; one that there is not is refused by the schema. */
function qualityOf({ quality }: Tree): Tree {
  if (typeof quality !== "string" || !Object.hasOwn(qualities, quality)) return {};
  return qualities[quality as keyof typeof qualities];
}

/** `over` laid on `base`, mappings merged key by key, everything else replaced. */
function overlay(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(below) && isTree(value) ? overlay(below, value) : value;
  }
  return merged;
}

function applyOverride(tree: Tree, override: string): void {
  const equals = override.indexOf("=");
  if (equals < 1) throw new InputError(`--set ${override}: expected path.to.key=value`);
  const path = override.slice(0, equals).split(".");
  if (path.some((key) => key === "" || isInheritedName(key))) {
    throw new InputError(`--set ${override}: ${JSON.stringify(path.join("."))} is not a path of config keys`);
  }
  let node = tree;
  for (const key of path.slice(0, -1)) {
    if (!isTree(node[key])) node[key] = {};
    node = node[key] as Tree;
  }
  const raw = override.slice(equals + 1);
  const value = parseValue(raw, override);
  const key = path.at(-1) as string;
  node[key] = path[0] === "data" && typeof value === "string" ? resolved(key, value) : value;
}

/** Keys that name a file or a folder. */
const fileKeys = new Set(["file", "root", "cache"]);

/** The value of a key that names a file, whole; others as they are. */
function resolved(key: string, value: string): string {
  if (fileKeys.has(key)) return resolve(value);
  return key === arrayKey ? withArrayFile(value, (file) => resolve(file)) : value;
}

function parseValue(text: string, override: string): unknown {
  const value = parseYaml(text, `--set ${override}`);
  assertSafeKeys(value, `--set ${override}`);
  return value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
