import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import type { Modality, Target } from "../dataset.js";
import { drawLatents } from "./draw-latents.js";
import {
  type Family,
  type Generator,
  type GeneratorName,
  generators,
  type MixingName,
  modalityNames,
  noiseDeviation,
} from "./generators.js";
import { randomMixing } from "./mixing.js";
import { type Phantoms, phantoms } from "./phantom.js";
import { type Truth, trueAtoms } from "./truth.js";

/** What a generated table may be asked for; every field has the generator's own default. */
export interface SyntheticOptions {
  readonly rows?: number;
  readonly seed?: number;
  readonly mixing?: MixingName;
  /** Standard deviation of the target's noise as a share of its signal's; above 0. */
  readonly noise?: number;
  /** Columns per modality; those beyond the generator's latents carry independent noise that is mixed in. */
  readonly width?: number;
}

/** A generated table and the truth about it. */
export interface SyntheticTable {
  readonly name: GeneratorName;
  readonly rows: number;
  readonly rowIds: readonly string[];
  /** Those that are columns. */
  readonly modalities: readonly Modality[];
  /** The modality of a volume per row, where there is one; it comes first. */
  readonly volumes?: Phantoms;
  readonly targets: readonly Target[];
  readonly truth: Truth;
  /** What the config says of acquiring modalities; undefined for a table that is not about it. */
  readonly acquisition?: Generator["acquisition"];
  /** Every parameter, for the record. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const defaults = { seed: 1, mixing: "linear", width: 8 } as const;

/**
 * Generates a table with known atoms; a function of its arguments.
 * @throws InputError for an unknown name or a parameter out of range
 */
export function generateSynthetic(name: GeneratorName, options: SyntheticOptions = {}): SyntheticTable {
  if (!Object.hasOwn(generators, name)) {
    throw new InputError(`there is no generator "${name}"; choose one of ${Object.keys(generators).join(", ")}.`);
  }
  const generator: Generator = generators[name];
  const family: Family = generator.family;
  const { rows = generator.rows, seed = defaults.seed, mixing = defaults.mixing } = options;
  const { noise = generator.noise, width = defaults.width } = options;
  if (!Number.isSafeInteger(seed)) throw new InputError(`seed must be a whole number, got ${seed}.`);
  checkOptions(rows, noise, width, family);
  const deviation = noiseDeviation(family, noise);
  const rng = new Rng(seed).split(`synthetic/${name}`);
  const drawn = drawLatents(family, deviation, rows, rng);
  const seen =
    generator.seen === "phantom" ? phantoms(modalityNames[0], drawn.latents[0], rng.split("phantom")) : undefined;
  const modalities = drawn.latents.flatMap((latents, k) =>
    seen !== undefined && k === 0
      ? []
      : [mixModality(modalityNames[k], latents, rows, width, mixing, rng.split(`mixing/${k}`))],
  );
  const digits = String(rows).length;
  return {
    name,
    rows,
    rowIds: Array.from({ length: rows }, (_, i) => `r${String(i + 1).padStart(digits, "0")}`),
    modalities,
    ...(seen === undefined ? {} : { volumes: seen }),
    targets: drawn.targets.map((values, k) => ({ name: drawn.targets.length === 1 ? "y" : `y${k + 1}`, values })),
    truth: trueAtoms(family, deviation),
    acquisition: generator.acquisition,
    parameters: {
      generator: name,
      summary: generator.summary,
      family,
      noiseDeviation: deviation,
      noise,
      rows,
      seed,
      mixing,
      width,
      ...(seen === undefined ? {} : { volume: seen.shape }),
    },
  };
}

function checkOptions(rows: number, noise: number, width: number, family: Family): void {
  if (!Number.isInteger(rows) || rows < 10 || rows > 10_000_000) {
    throw new InputError(`rows must be a whole number from 10 to 10000000, got ${rows}.`);
  }
  if (!(noise >= 0.01 && noise <= 100)) throw new InputError(`noise must lie within 0.01 and 100, got ${noise}.`);
  const needed = latentCount(family);
  if (!Number.isInteger(width) || width < needed || width > 1000) {
    throw new InputError(`columns per modality must be a whole number from ${needed} to 1000, got ${width}.`);
  }
}

/** Latents per modality that the target or another modality depends on. */
function latentCount(family: Family): number {
  return { product: 3, split: 3, sign: 1, curve: 1, blurred: 1, additive: 2, vector: 2, switch: 1 }[family.kind];
}

/** Fills the latents up to `width` with independent normal ones and mixes each row. */
function mixModality(
  name: string,
  latents: readonly Float64Array[],
  rows: number,
  width: number,
  mixing: MixingName,
  rng: Rng,
): Modality {
  const mix = randomMixing(mixing, width, rng);
  const nuisance = rng.split("nuisance");
  const values = new Float64Array(rows * width);
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) row[j] = j < latents.length ? latents[j][i] : nuisance.normal();
    values.set(mix(row), i * width);
  }
  return { name, columns: Array.from({ length: width }, (_, j) => `${name}_${j}`), values };
}
