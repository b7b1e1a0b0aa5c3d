import type { Config } from "../../config/schema.js";
import { Rng } from "../../math/rng.js";
import { type Dimension, type Settings, type Space, valueAt, withSettings } from "./space.js";

/** A point of the space; trial 0 is the config as it is. */
export interface Trial {
  readonly trial: number;
  readonly settings: Settings;
  readonly config: Config;
}

/** Times that a trial is drawn again that was drawn before, or does not fit the rows, until the space counts as used up. */
const mostDraws = 100;

/** Trials by their places, the first of which is the config as it is; fewer where the space has no more. */
export type DrawnTrials = (from: number, count: number) => readonly Trial[];

/**
 * The config as it is, and points of the space drawn at random, every one another: the same seed draws the same points in the same
 * order, however many are asked for.
 * @param rows of the smallest training part: a point whose latents have as many dimensions is drawn again
 * @returns draws those that are asked for; throws InputError where values do not go together
 */
export function drawTrials(config: Config, space: Space, rows: number): DrawnTrials {
  const own = Object.fromEntries(Object.keys(space).map((path) => [path, valueAt(config, path)]));
  const trials: Trial[] = [{ trial: 0, settings: {}, config }];
  const drawn = new Set([JSON.stringify(own)]);
  let more = true;
  return (from, count) => {
    while (more && trials.length < from + count) {
      const next = drawnTrial(config, space, { trial: trials.length, rows, drawn });
      if (next === null) more = false;
      else {
        drawn.add(JSON.stringify(next.settings));
        trials.push(next);
      }
    }
    return trials.slice(from, from + count);
  };
}

interface NextTrial {
  readonly trial: number;
  readonly rows: number;
  readonly drawn: ReadonlySet<string>;
}

function drawnTrial(config: Config, space: Space, { trial, rows, drawn }: NextTrial): Trial | null {
  const rng = new Rng(config.seed).split(`tune/trial/${trial}`);
  for (let draw = 0; draw < mostDraws; draw++) {
    const settings = drawnSettings(space, rng.split(String(draw)));
    if (drawn.has(JSON.stringify(settings))) continue;
    const own = withSettings(config, settings, `trial ${trial}`);
    if (own.model.latentDim < rows) return { trial, settings, config: own };
  }
  return null;
}

function drawnSettings(space: Space, rng: Rng): Settings {
  return Object.fromEntries(
    Object.entries(space).map(([path, dimension]) => [path, drawnValue(dimension, rng.split(path))]),
  );
}

/** A value drawn evenly, numbers of a range with three digits that a reader can take in. */
function drawnValue(dimension: Dimension, rng: Rng): unknown {
  if ("choices" in dimension) return dimension.choices[rng.integer(dimension.choices.length)];
  const { low, high, scale, whole } = dimension;
  const at = rng.uniform();
  if (whole && scale === "linear") return low + Math.floor(at * (high - low + 1));
  const value = scale === "log" ? low * (high / low) ** at : low + at * (high - low);
  return Math.min(high, Math.max(low, whole ? Math.round(value) : Number(value.toPrecision(3))));
}
