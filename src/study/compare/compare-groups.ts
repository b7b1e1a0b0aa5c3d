import { parseYaml } from "../../config/yaml.js";
import { InputError } from "../../errors.js";
import type { RunFiles } from "../../record/read-run.js";
import { toldApart } from "./told-apart.js";

/** Runs of one configuration. */
export interface ConfigGroup {
  readonly label: string;
  readonly runs: readonly RunFiles[];
}

type Settings = ReadonlyMap<string, string>;

/**
 * Keys that change no prediction on purpose: a run's name and units, its draw, what executes it, how it is evaluated
 * afterwards.
 */
const incidental = /^(name|seed|engine|threads|data\.file|data\.units\..*|data\.modalities\..*\.file|evaluation\..*)$/;

/** Settings that a label names; more are told by their number. */
const named = 2;

/**
 * Runs of equal config and data together, in the order they were given. Name, seed, engine, evaluation and the places of
 * files do not count, the checksums of the files do.
 * @throws InputError when a config is no YAML mapping
 */
export function groupByConfig(runs: readonly RunFiles[]): ConfigGroup[] {
  const groups = new Map<string, { settings: Settings; runs: RunFiles[] }>();
  for (const run of runs) {
    const settings = settingsOf(run);
    const key = JSON.stringify([...settings].sort());
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { settings, runs: [run] });
    else known.runs.push(run);
  }
  const all = [...groups.values()];
  const differing = differingKeys(all.map(({ settings }) => settings));
  const labels = all.map(({ settings, runs: [{ name }] }) => {
    const shared = all.some((other) => other.settings !== settings && other.runs[0].name === name);
    return shared ? `${name}: ${describe(settings, differing)}` : name;
  });
  const apart = toldApart(
    labels,
    all.map(({ runs: [{ folder }] }) => folder),
  );
  return all.map(({ runs: members }, i) => ({ label: apart[i], runs: members }));
}

/** A config as far as its label needs it. */
interface NamedConfig {
  readonly name: string;
  readonly data: { readonly file?: string | undefined };
}

/** Names of configs; those that share one are told by the settings in which they differ, else by their places: their tables if left out. */
export function configLabels(configs: readonly NamedConfig[], places?: readonly string[]): string[] {
  return labelled(
    configs.map((config, i) => ({
      name: config.name,
      settings: new Map(leavesOf(config, "").filter(([key]) => !incidental.test(key))),
      place: places === undefined ? config.data.file : places[i],
    })),
  );
}

/** The same of the configs of runs. @param runs each with the name of its config, and the folder it is from */
export function configLabelsOf(
  runs: readonly { readonly name: string; readonly run: RunFiles; readonly place: string }[],
): string[] {
  return labelled(runs.map(({ name, run, place }) => ({ name, settings: settingsOf(run), place })));
}

interface Labelled {
  readonly name: string;
  readonly settings: Settings;
  readonly place: string | undefined;
}

function labelled(configs: readonly Labelled[]): string[] {
  const differing = differingKeys(configs.map(({ settings }) => settings)).filter((key) => key !== "data.split.file");
  const labels = configs.map(({ name, settings }, i) => {
    const shared = configs.some((other, j) => j !== i && other.name === name);
    // The same config again, with another seed at most.
    return shared && differing.length > 0 ? `${name}: ${describe(settings, differing)}` : name;
  });
  return toldApart(
    labels,
    configs.map(({ place }) => place),
  );
}

function settingsOf({ config, folder, environment: { dataChecksum } }: RunFiles): Settings {
  const value = parseYaml(config, `${folder}/config.yaml`);
  if (typeof value !== "object" || value === null) throw new InputError(`${folder}/config.yaml: holds no settings`);
  const leaves = leavesOf(value, "").filter(([key]) => !incidental.test(key));
  const checksums = typeof dataChecksum === "object" ? Object.values(dataChecksum).sort() : [dataChecksum ?? ""];
  return new Map([...leaves, ["data", checksums.map((sum) => sum.slice(0, 8)).join(", ")] as const]);
}

/** Lists count as one value. */
function leavesOf(value: object, path: string): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    if (inner === undefined) return [];
    const here = path === "" ? key : `${path}.${key}`;
    const nested = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    return nested ? leavesOf(inner, here) : [[here, typeof inner === "string" ? inner : JSON.stringify(inner)]];
  });
}

function differingKeys(all: readonly Settings[]): string[] {
  const keys = new Set(all.flatMap((settings) => [...settings.keys()]));
  return [...keys].filter((key) => new Set(all.map((settings) => settings.get(key))).size > 1);
}

function describe(settings: Settings, keys: readonly string[]): string {
  const shown = keys.slice(0, named).map((key) => `${key}=${settings.get(key) ?? "(not set)"}`);
  return [...shown, ...(keys.length > named ? [`${keys.length - named} more settings`] : [])].join(", ");
}
