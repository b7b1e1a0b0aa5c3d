import type { Config } from "../../config/schema.js";
import { nearestInTime } from "../../models/baselines/nearest-in-time.js";
import type { Predictions } from "../../record/predictions.js";
import type { RunFiles } from "../../record/read-run.js";
import type { PredictionCalibration } from "../../record/stored-calibration.js";
import type { Task } from "../../tasks/task.js";
import { absentNames } from "../absence.js";
import { correctedPredictions, type EvaluatedRows, intervalRows, rowSets } from "../calibration.js";
import type { LocalAtoms, PredictionRows } from "../prediction-table.js";
import type { PreparedRun } from "../prepare.js";
import { averageColumns, jointScale, spreadColumns } from "./average.js";

/** What predictions.csv holds of validation rows, then of test rows. */
export function predictionColumns(
  {
    targets,
    classes,
    level,
    modalities,
    task,
  }: {
    targets: readonly string[];
    classes: readonly string[] | undefined;
    level: number;
    modalities: readonly string[];
    task: Task;
  },
  calibration: PredictionCalibration,
  parts: readonly [AveragedPart, AveragedPart],
): PredictionRows {
  const column = (pick: (part: AveragedPart) => Float64Array) => joined(parts.map(pick));
  const prediction = column(({ rows }) => rows.prediction);
  const contribution = (term: string) => column(({ contributions }) => required(contributions, term));
  return {
    ids: parts.flatMap(({ ids }) => ids),
    parts: parts.flatMap(({ ids }, p) => ids.map(() => (p === 0 ? "validation" : "test"))),
    ...{ targets, classes },
    truth: column(({ rows }) => rows.truth),
    ...(task.intervals === undefined ? {} : { scale: column(({ rows }) => rows.scale) }),
    ...(parts[0].crossed === undefined ? {} : { crossed: parts[0].crossed }),
    explained: {
      prediction,
      contributions: new Map([...parts[1].contributions.keys()].map((term) => [term, contribution(term)])),
    },
    ...rowSets(task, calibration, prediction, { classes, level }),
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
  /** Mean of the members' predictions at epochs that a row had no say in; left out where a member has none. */
  readonly crossed?: Float64Array;
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
  { task, dataset, split, inputs }: Pick<PreparedRun, "task" | "dataset" | "split" | "inputs">,
  config: Config,
  name: "validation" | "test",
): AveragedPart {
  const tables = members.map((member) => member[name]);
  const { targets } = members[0].metrics;
  const predictions = tables.map((table) => interleaved(table, targets, ({ prediction }) => prediction));
  const scales = tables.map((table) => interleaved(table, targets, ({ scale, truth }) => scale ?? truth.map(() => 1)));
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
      scale: task.intervals === undefined ? scales[0] : jointScale(scales, predictions),
      ...intervalRows(dataset, config.evaluation.intervals.group, split[name]),
      missing: absentNames(inputs, split[name]),
    },
    ...crossedMean(tables, targets),
    baselines: recorded.map((name) => ({
      name,
      prediction: interleaved(first, targets, ({ baselines }) => required(baselines, name)),
    })),
    contributions: new Map(terms.map((term) => [term, averageColumns(contribution(term))])),
    spread: spreadColumns(predictions),
    local: new Map([...first.local.keys()].map((key) => [key, averageColumns(local(key))])),
  };
}

/** Of rows whose members all have such predictions. */
function crossedMean(tables: readonly Predictions[], targets: readonly string[]): Pick<AveragedPart, "crossed"> {
  const known = tables.every((table) => targets.every((name) => required(table.targets, name).crossed !== undefined));
  if (!known) return {};
  const columns = tables.map((table) =>
    interleaved(table, targets, ({ crossed, prediction }) => crossed ?? prediction),
  );
  return { crossed: averageColumns(columns) };
}

type TargetColumns = Predictions["targets"] extends ReadonlyMap<string, infer T> ? T : never;

/** The columns of every target as one row-major table. */
export function interleaved(
  { targets, ids }: Predictions,
  names: readonly string[],
  pick: (target: TargetColumns) => Float64Array,
): Float64Array {
  const columns = names.map((name) => pick(required(targets, name)));
  const each = columns[0].length / ids.length;
  const out = new Float64Array(ids.length * names.length * each);
  columns.forEach((values, t) => {
    for (let i = 0; i < ids.length; i++) {
      for (let k = 0; k < each; k++) out[(i * names.length + t) * each + k] = values[i * each + k];
    }
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
