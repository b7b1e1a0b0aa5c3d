import type { PreparedRows } from "../../data/rows.js";
import type { HeadlineError } from "../../evaluation/headline.js";
import { gathered } from "../../evaluation/importance/changed-rows.js";
import { correlatedFrom } from "../../evaluation/importance/correlated.js";
import { affordable, type Extent } from "../../evaluation/importance/extent.js";
import {
  columnItems,
  groupItems,
  type ImportanceFeature,
  type ImportanceItem,
  regionItems,
  wholeModality,
} from "../../evaluation/importance/items.js";
import {
  distinctItems,
  type MeasuredRows,
  measureItems,
  type PredictRows,
} from "../../evaluation/importance/measure.js";
import { resamplingOf } from "../../evaluation/resampling.js";
import type { Rng } from "../../math/rng.js";
import type { ImportanceDocument, ModalityImportance } from "../../record/importance-schemas.js";
import { formatCount, joinWords, plural } from "../../report/text.js";

/** A modality as importance is measured on it. */
export interface ImportanceModality<F extends ImportanceFeature = ImportanceFeature> {
  /** Rows as the model reads them. */
  readonly input: PreparedRows;
  /** [rows of the input], 0 where the row lacks the modality, also where the model reads it filled; left out where all have it. */
  readonly present?: Uint8Array | undefined;
  /** Named columns; none where inputs have no names. */
  readonly features: readonly F[];
  /** Correlated features as places among them; null where they were not looked for. */
  readonly groups: readonly (readonly number[])[] | null;
}

/** Rows on which importance is measured. */
export interface ImportanceRows<F extends ImportanceFeature = ImportanceFeature> {
  readonly modalities: readonly ImportanceModality<F>[];
  /** Positions in the inputs. */
  readonly rows: Int32Array;
  /** True values of these rows, row-major [rows, targets]. */
  readonly truth: Float64Array;
  readonly targets: readonly string[];
  /** Values that are predicted of a row, as many for each target; one for each if left out. */
  readonly outputs?: number | undefined;
  readonly error: HeadlineError;
  /** Label of the group of each of the rows. */
  readonly groups?: readonly string[] | undefined;
  readonly predict: PredictRows;
  /** Multiplications of one prediction: about the parameters of the model. */
  readonly perRow: number;
  /** Whether the model has near training rows, which do not count in `predict`; it has none if left out. */
  readonly networkAlone?: boolean;
}

export interface ImportanceSettings {
  /** Whether the work is bounded, by fewer rows or by leaving single columns out. */
  readonly bounded: boolean;
  readonly repeats: number;
  readonly rng: Rng;
}

/** What is permuted at each extent. */
type ItemsByExtent = Readonly<Record<Extent, readonly ImportanceItem[]>>;

/** Importance of everything in every modality, without partial dependence. @throws NotFinite from predictions */
export async function measureImportance(
  all: ImportanceRows,
  settings: ImportanceSettings,
): Promise<Omit<ImportanceDocument, "dependence">> {
  const items = all.modalities.map(itemsOf);
  const { rows, extent } = affordableFor(all, items, settings);
  const chosen = chosenRows(all.rows.length, rows, settings.rng);
  const modalities: Record<string, ModalityImportance> = {};
  const notes: string[] = [...(all.networkAlone ? [ofNetwork] : []), ...fewerNotes(all, chosen.length, extent)];
  for (const [m, modality] of all.modalities.entries()) {
    const { name } = modality.input;
    const { measured, positions } = await rowsOf(all, m, chosen);
    if (positions.length < 2) {
      notes.push(`${name}: fewer than two of the rows have it, so that nothing of it can be permuted`);
      continue;
    }
    const own = { repeats: settings.repeats, rng: settings.rng.split(`modality/${name}`) };
    const found = await measureItems(measured, m, items[m][extent], own);
    notes.push(...modalityNotes(modality, found.withinGroups));
    modalities[name] = {
      columns: modality.features.length,
      rows: positions.length,
      extent: modality.features.length === 0 ? "whole" : extent,
      errors: named(all.targets, found.error),
      items: items[m][extent].map(({ kind, name: called, columns }, k) => ({
        ...{ kind, name: called, columns },
        targets: named(all.targets, found.items[k]),
      })),
    };
  }
  const { text, caution } = resamplingOf(all.rows.length, all.groups);
  return {
    error: all.error.name,
    rows: { measured: chosen.length, of: all.rows.length },
    repeats: settings.repeats,
    threshold: correlatedFrom,
    resampled: `${text}${caution}`,
    modalities,
    notes,
  };
}

/** Said where near training rows are a part of predictions. */
const ofNetwork =
  "measured of the network alone: what near training rows add to predictions does not count here (model.neighbours)";

/** The chosen rows that have a modality, in memory for all modalities. @param chosen places among the rows */
export async function rowsOf(
  { modalities, rows, truth, targets, outputs, error, groups, predict }: ImportanceRows,
  m: number,
  chosen: ArrayLike<number>,
): Promise<{ readonly measured: MeasuredRows; readonly positions: readonly number[] }> {
  const { present } = modalities[m];
  const positions = Array.from(chosen).filter((place) => present?.[rows[place]] !== 0);
  const numbers = positions.map((place) => rows[place]);
  const inputs = [];
  for (const { input } of modalities) inputs.push(await gathered(input, numbers));
  const width = targets.length;
  const measured = {
    ...{ inputs, predict, targets, outputs, error },
    truth: Float64Array.from(positions.flatMap((place) => targets.map((_, t) => truth[place * width + t]))),
    ...(groups === undefined ? {} : { groups: positions.map((place) => groups[place]) }),
  };
  return { measured, positions };
}

function itemsOf({ input, features, groups }: ImportanceModality): ItemsByExtent {
  const whole = [wholeModality(input, features)];
  const several = [...groupItems(features, groups ?? []), ...regionItems(features)];
  return {
    whole,
    groups: [...whole, ...several],
    columns: [...whole, ...columnItems(features), ...several],
  };
}

function affordableFor(
  { rows, perRow }: ImportanceRows,
  items: readonly ItemsByExtent[],
  { bounded, repeats }: ImportanceSettings,
): { readonly rows: number; readonly extent: Extent } {
  if (!bounded) return { rows: rows.length, extent: "columns" };
  const sets = (extent: Extent) => items.reduce((sum, own) => sum + distinctItems(own[extent]), 0);
  const all = { columns: sets("columns"), groups: sets("groups"), whole: sets("whole") };
  return affordable({ sets: all, rows: rows.length, repeats, perRow });
}

/** Places of `count` of the rows, ascending; drawn at random where they are fewer. */
function chosenRows(rows: number, count: number, rng: Rng): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  return count >= rows ? all : rng.split("rows").permutation(rows).slice(0, count).sort();
}

function named<T>(targets: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(targets.map((target, t) => [target, values[t]]));
}

function fewerNotes({ rows }: ImportanceRows, measured: number, extent: Extent): string[] {
  const fewer =
    measured < rows.length ? [`${formatCount(measured)} of ${plural(rows.length, "row")}, drawn at random`] : [];
  const coarser = {
    columns: [],
    groups: ["no column by itself, groups of correlated columns alone"],
    whole: ["modalities as a whole alone"],
  }[extent];
  const said = [...fewer, ...coarser];
  if (said.length === 0) return [];
  return [`to bound the work, measured on ${joinWords(said)}; evaluation.importance: on takes everything`];
}

function modalityNotes({ input, features, groups }: ImportanceModality, withinGroups: boolean): string[] {
  const { name } = input;
  return [
    ...(features.length === 0 ? [`${name}: its inputs have no names, so that it is permuted as a whole`] : []),
    ...(features.length > 0 && groups === null
      ? [`${name}: too many columns to look for correlated ones among them`]
      : []),
    ...(withinGroups
      ? [`${name}: one group holds more than half of the rows, so that some rows take from their own group`]
      : []),
  ];
}
