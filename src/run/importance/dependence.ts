import type { RowStore } from "../../data/rows.js";
import {
  type DependenceFeature,
  dependencePoints,
  gridOf,
  partialDependence,
} from "../../evaluation/importance/dependence.js";
import { quantile } from "../../math/descriptive.js";
import type { Rng } from "../../math/rng.js";
import type { NamedInputs } from "../../modalities/kind.js";
import { kindOfFitted, type Preparation } from "../../modalities/kinds.js";
import type { FeatureDependence, ImportanceDocument, ModalityImportance } from "../../record/importance-schemas.js";
import { plural } from "../../report/text.js";
import { type ImportanceRows, rowsOf } from "./measure.js";

/** Columns of a modality whose partial dependence is drawn: of one target, and of each of several. */
const mostColumns = { one: 4, several: 2 } as const;
/** Rows whose curves the mean and the band are made of. */
const mostRows = 200;

/** A modality with its training rows, from which the values of its columns are read. */
export interface TrainedStore {
  readonly fitted: Preparation;
  readonly store: RowStore;
}

/** Partial dependence on the most important columns of every modality, and what is left out of it. */
export async function measureDependence(
  all: ImportanceRows<NamedInputs>,
  { modalities }: Pick<ImportanceDocument, "modalities">,
  trained: { readonly stores: readonly TrainedStore[]; readonly rows: Int32Array; readonly rng: Rng },
): Promise<{ readonly dependence: readonly FeatureDependence[]; readonly notes: readonly string[] }> {
  if (all.outputs !== undefined && all.outputs !== all.targets.length) {
    return {
      dependence: [],
      notes: ["no partial dependence: it is drawn of one predicted number, and of classes there are several"],
    };
  }
  const dependence: FeatureDependence[] = [];
  const notes: string[] = [];
  const order = trained.rng.split("dependence").permutation(all.rows.length);
  for (const [m, { input, features, present }] of all.modalities.entries()) {
    const wanted = foremostColumns(all.targets, modalities[input.name]);
    if (wanted.size === 0) continue;
    const having = order.filter((place) => present?.[all.rows[place]] !== 0).slice(0, mostRows);
    const { measured, positions } = await rowsOf(all, m, having.sort());
    for (const feature of features.filter(({ name }) => wanted.has(name))) {
      const { name } = feature;
      const looked = await dependenceFeature(trained.stores[m], feature, trained.rows);
      if (typeof looked === "string") {
        notes.push(`${input.name}: no partial dependence on ${name}, ${looked}`);
        continue;
      }
      const points = await partialDependence({ ...measured, targets: all.targets.length }, m, looked);
      const own = [...(wanted.get(name) ?? [])].map((t) => [all.targets[t], points[t]]);
      const targets: FeatureDependence["targets"] = Object.fromEntries(own);
      dependence.push({ modality: input.name, column: name, rows: positions.length, targets });
    }
  }
  return { dependence, notes };
}

/** The most important columns with the numbers of the targets that they are for. */
function foremostColumns(
  targets: readonly string[],
  measured: ModalityImportance | undefined,
): ReadonlyMap<string, ReadonlySet<number>> {
  const columns = (measured?.items ?? []).filter(({ kind }) => kind === "column");
  const most = targets.length === 1 ? mostColumns.one : mostColumns.several;
  const wanted = new Map<string, Set<number>>();
  targets.forEach((target, t) => {
    const first = [...columns].sort((a, b) => b.targets[target].increase - a.targets[target].increase).slice(0, most);
    for (const { name } of first) wanted.set(name, (wanted.get(name) ?? new Set()).add(t));
  });
  return wanted;
}

/** A column with values between the 5th and the 95th percentile of the training rows; why not, in words. */
async function dependenceFeature(
  { fitted, store }: TrainedStore,
  { name, inputs, reading }: NamedInputs,
  rows: Int32Array,
): Promise<DependenceFeature | string> {
  if ("levels" in reading) {
    const { levels } = reading;
    if (levels.length > dependencePoints) return `which has ${plural(levels.length, "category", "categories")}`;
    return { name, inputs, points: levels.map(({ name: at, values }) => ({ at, values })) };
  }
  const values = await trainingValues(fitted, store, reading.number, rows);
  const known = values.filter((value) => !Number.isNaN(value));
  const grid = gridOf(known, quantile(known, 0.05), quantile(known, 0.95));
  if (grid.length < 2) return "which has one value from the 5th to the 95th percentile of the training rows";
  return { name, inputs, points: grid.map((at) => ({ at, values: reading.at(at) })) };
}

/** Raw values of a column on the training rows, NaN = missing. */
async function trainingValues(
  fitted: Preparation,
  store: RowStore,
  number: number,
  rows: Int32Array,
): Promise<Float64Array> {
  const { width, read } = kindOfFitted(fitted).identity(fitted, store);
  const all = new Float64Array(rows.length * width);
  await read(rows, all);
  return Float64Array.from(rows, (_, i) => all[i * width + number]);
}
