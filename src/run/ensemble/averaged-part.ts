import type { Config } from "../../config/schema.js";
import { nearestInTime } from "../../models/baselines/nearest-in-time.js";
import type { Predictions } from "../../record/predictions.js";
import type { RunFiles } from "../../record/read-run.js";
import type { PredictionCalibration } from "../../record/stored-calibration.js";
import { correctedPredictions, type EvaluatedRows, rowGroups } from "../calibration.js";
import type { LocalAtoms, PredictionRows } from "../prediction-table.js";
import type { PreparedRun } from "../prepare.js";
import { averageColumns, spreadColumns } from "./average.js";

/** What predictions.csv holds of validation rows, then of test rows. */
export function predictionColumns(
  targets: readonly string[],
  modalities: readonly string[],
  calibration: PredictionCalibration,
  parts: readonly [AveragedPart, AveragedPart],
): PredictionRows {
  const column = (pick: (part: AveragedPart) => Float64Array) => joined(parts.map(pick));
  const prediction = column(({ rows }) => rows.prediction);
  const contribution = (term: string) => column(({ contributions }) => required(contributions, term));
  return {
    ids: parts.flatMap(({ ids }) => ids),
    parts: parts.flatMap(({ ids }, p) => ids.map(() => (p === 0 ? "validation" : "test"))),
    targets,
    truth: column(({ rows }) => rows.truth),
    explained: {
      prediction,
      contributions: new Map([...parts[1].contributions.keys()].map((term) => [term, contribution(term)])),
    },
    ...correctedPredictions(prediction, calibration),
    baselines: parts[0].baselines.map(({ name }, b) => ({
      name,
      prediction: column(({ baselines }) => baselines[b].prediction),
    })),
    local: localAtoms(modalities, parts),
  };
}

/** Rows of one part with means over the members, values row-major [rows, targets]. */
export interface AveragedPart {
  readonly ids: readonly string[];
  readonly rows: EvaluatedRows;
  readonly baselines: NonNullable<PredictionRows["baselines"]>;
  readonly contributions: ReadonlyMap<string, Float64Array>;
  /** Standard deviation between members. */
  readonly spread: Float64Array;
  readonly local: ReadonlyMap<string, Float64Array>;
}

/**
 * Means over the members on one part.
 * @throws RangeError when a member lacks a column that another has
 */
export function averagedPart(
  members: readonly RunFiles[],
  { task, dataset, split }: Pick<PreparedRun, "task" | "dataset" | "split">,
  config: Config,
  name: "validation" | "test",
): AveragedPart {
  const tables = members.map((member) => member[name]);
  const { targets } = members[0].metrics;
  const predictions = tables.map((table) => interleaved(table, targets, ({ prediction }) => prediction));
  const [first] = tables;
  const recorded = [task.baselines.linear.name, ...(dataset.ordering === undefined ? [] : [nearestInTime.name])];
  const [firstTarget] = first.targets.values();
  const terms = [...(firstTarget?.contributions.keys() ?? [])];
  const contribution = (term: string) =>
    tables.map((table) => interleaved(table, targets, ({ contributions }) => required(contributions, term)));
  const local = (key: string) => tables.map((table) => required(table.local, key));
  return {
    ids: first.ids,
    rows: {
      truth: interleaved(first, targets, ({ truth }) => truth),
      prediction: averageColumns(predictions),
      groups: rowGroups(dataset, config.evaluation.intervals.group, split[name]),
    },
    baselines: recorded.map((name) => ({
      name,
      prediction: interleaved(first, targets, ({ baselines }) => required(baselines, name)),
    })),
    contributions: new Map(terms.map((term) => [term, averageColumns(contribution(term))])),
    spread: spreadColumns(predictions),
    local: new Map([...first.local.keys()].map((key) => [key, averageColumns(local(key))])),
  };
}

type TargetColumns = Predictions["targets"] extends ReadonlyMap<string, infer T> ? T : never;

/** One column per target as row-major [rows, targets]. */
export function interleaved(
  { targets, ids }: Predictions,
  names: readonly string[],
  pick: (target: TargetColumns) => Float64Array,
): Float64Array {
  const out = new Float64Array(ids.length * names.length);
  names.forEach((name, t) => {
    const values = pick(required(targets, name));
    for (let i = 0; i < ids.length; i++) out[i * names.length + t] = values[i];
  });
  return out;
}

/** @throws RangeError when members do not have the same columns, which would otherwise be averaged with nothing */
export function required<T>(columns: ReadonlyMap<string, T>, name: string): T {
  const values = columns.get(name);
  if (values === undefined) throw new RangeError(`a member of the ensemble has no predictions of "${name}"`);
  return values;
}

/** The values of the parts one behind the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

function localAtoms(names: readonly string[], parts: readonly AveragedPart[]): LocalAtoms {
  const column = (key: string) => joined(parts.map(({ local }) => required(local, key)));
  const redundancy = column("redundancy");
  return {
    unique: Object.fromEntries(names.map((name) => [name, column(`unique.${name}`)])),
    redundancy,
    synergy: column("synergy"),
    // With up to two modalities nothing is shared by some, not all: the tables have no such column, and it is 0.
    partialRedundancy: names.length > 2 ? column("partialRedundancy") : redundancy.map(() => 0),
  };
}
