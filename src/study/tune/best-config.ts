import type { Config } from "../../config/schema.js";
import { type Cell, csvText } from "../../files/csv.js";
import { yamlText } from "../../files/yaml.js";
import { percent } from "../markdown.js";
import { studyFiles } from "../study.js";
import { rungs } from "./rungs.js";
import { withSettings } from "./space.js";
import type { TuneResults } from "./tune-results.js";

/** The config to train, as a file of the study folder, with what is known of it in its first lines. */
export function bestConfig(config: Config, { best, chosen, final }: TuneResults): string {
  const own = best === "chosen" ? withSettings(config, chosen.settings, `trial ${chosen.trial}`) : config;
  const named = { ...own, name: `${config.name.slice(0, 90)} tuned` };
  return `# ${bestWords({ best, chosen, final })}\n${yamlText(named)}`;
}

function bestWords({ best, chosen, final }: Pick<TuneResults, "best" | "chosen" | "final">): string {
  if (final === null) return "The config as it was given: no trial erred less.";
  const { value, low, high } = final.change;
  const change = `${percent(value)} (95 %: ${percent(low)} to ${percent(high)})`;
  if (best === "config")
    return `The config as it was given: trial ${chosen.trial} has more error on splits that chose nothing, ${change}.`;
  return `Trial ${chosen.trial}. Its error against the config as it was given, on splits that chose nothing: ${change}.`;
}

/** A line per trial: what it sets, and its errors as far as it came. */
export function trialsTable({ trials, space }: TuneResults): string {
  const keys = Object.keys(space);
  const header = ["trial", "bracket", ...keys, ...rungs.map((_, r) => `rung ${r + 1}`)];
  const lines = trials.map(({ trial, bracket, settings, rungs: own }): Cell[] => [
    ...[trial, bracket],
    ...keys.map((key) => (settings[key] === undefined ? null : settingText(settings[key]))),
    ...rungs.map((_, r) => own[r]?.error ?? null),
  ]);
  return csvText(header, lines, studyFiles.trials);
}

/** A value of a key as a cell: `0.01`, `[128, 64]`, `periodic`. */
export function settingText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(settingText).join(", ")}]`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
