import { targetUnits } from "../../config/data.js";
import type { EngineName } from "../../config/engines.js";
import { InputError } from "../../errors.js";
import { resamplingOf, resamplingWords } from "../../evaluation/resampling.js";
import { membersOf } from "../../evaluation/row-groups.js";
import { columnsOfTarget, pickRows } from "../../evaluation/row-values.js";
import { repeatedFolder } from "../../files/make-folder.js";
import { checkRunFolder } from "../../record/check-run-folder.js";
import { type GivenTables, tablesLabel } from "../../run/apply/given-tables.js";
import type { PredictTableOptions } from "../../run/apply/predict-options.js";
import { type ComparedPredictions, predictTable } from "../../run/apply/predict-table.js";
import { rowIntervals } from "../../run/apply/row-intervals.js";
import { rowSets } from "../../run/calibration.js";
import { shown } from "../../shown.js";
import { storedTask } from "../../tasks/tasks.js";
import { configLabels } from "../compare/compare-groups.js";
import { groupLetters } from "../compare/letters.js";
import type { ExternalComparison, ExternalGroups } from "./external-comparison.js";
import { messagesByRun } from "./known-rows.js";
import { measureModels, type PredictedTarget } from "./measure.js";

/** How the table is read and predicted. */
export interface ExternalOptions extends Pick<PredictTableOptions, "arrays" | "dialect" | "progress"> {
  readonly data: GivenTables;
  readonly engine: EngineName;
  /** Column of rows that may depend on one another; `data.group` of the first run, where the table has it, if left out. */
  readonly group?: string | undefined;
}

/** Fewer rows in common make no interval; groups with fewer rows are not shown one by one. */
const fewestRows = 10;

/**
 * Several trained models on one table: errors and paired differences with intervals over rows, or over groups of them, calibration,
 * coverage of prediction intervals, and metrics by group.
 * @param folders at least two different run folders
 * @throws InputError when a run is not finished, the table does not fit, or predictions are of other things
 */
export async function compareOnTable(
  folders: readonly string[],
  options: ExternalOptions,
): Promise<ExternalComparison> {
  if (folders.length < 2) throw new InputError(`compare needs at least two run folders, got ${folders.length}`);
  for (const folder of folders) await checkRunFolder(folder, "runs, which are compared on the table of --data");
  const again = await repeatedFolder(folders);
  if (again !== undefined) throw new InputError(`${again}: is given twice`);
  const { group = null, ...how } = options;
  const tables: ComparedPredictions[] = [];
  for (const run of folders) tables.push(await predictTable({ ...how, run, group, targets: "required", draws: 0 }));
  const [first] = tables;
  for (const [i, table] of tables.entries()) checkSame(first, table, [folders[0], folders[i]]);
  const indices = commonRows(tables, tablesLabel(options.data));
  const labels = groupsOf(first, group);
  const groups = labels === null ? null : pick(labels.values, indices[0]).map((name) => name ?? "");
  const letters = groupLetters(tables.length, takenNames(first));
  const named = configLabels(
    tables.map(({ config }) => config),
    folders,
  );
  const { targets, task } = first;
  const measured = targets.map((target, t) => {
    const truths = tables.map((table, i) => truthOf(table, t, indices[i]));
    checkTruth(truths, target, pick(first.dataset.rowIds, indices[0]), folders);
    const models = tables.map((table, i) => predictedTarget(table, t, indices[i]));
    return {
      truth: truths[0],
      models,
      ...measureModels({ target, truth: truths[0], models, metrics: task.metrics, groups }),
    };
  });
  const rows = indices[0].length;
  return {
    on: tablesLabel(options.data),
    ...storedTask(task),
    ...{ targets, units: targetUnits(first.config.data).units ?? {}, rows },
    resampling: resamplingWords(resamplingOf(rows, groups)),
    models: tables.map(({ dataset, seen }, i) => ({
      ...{ letter: letters[i], label: named[i], folder: folders[i], rows: dataset.rows },
      trainedOn: seen === null ? null : seen.parts.train + seen.parts.validation,
      targets: Object.fromEntries(targets.map((target, t) => [target, measured[t].targets[i]])),
    })),
    differences: targets.flatMap((target, t) =>
      measured[t].differences.map((interval, i) => ({
        ...{ target, model: letters[i + 1], reference: letters[0], interval },
      })),
    ),
    byGroup:
      labels === null || groups === null ? null : byGroup(labels.column, groups, { letters, targets, task, measured }),
    messages: messagesByRun(tables.map(({ messages }, i) => ({ letter: letters[i], messages }))),
  };
}

/** Errors of other tasks, targets or classes are of other kinds. */
function checkSame(first: ComparedPredictions, other: ComparedPredictions, [a, b]: readonly [string, string]): void {
  const differing = (
    [
      ["learned", ({ task }: ComparedPredictions) => task.name],
      ["predicts", ({ targets }: ComparedPredictions) => targets.join(", ")],
      ["predicts the classes", ({ classes }: ComparedPredictions) => (classes ?? []).join(", ")],
    ] as const
  ).find(([, of]) => of(first) !== of(other));
  if (differing === undefined) return;
  const [verb, of] = differing;
  throw new InputError(
    `${b}: ${verb} ${shown(of(other))}, but ${a} ${shown(of(first))}; models can be compared when they predict the same`,
  );
}

/** Places, in the table of each model, of the rows that all of them can predict. */
function commonRows(tables: readonly ComparedPredictions[], where: string): number[][] {
  const places = tables.map(({ dataset }) => new Map(dataset.rowIds.map((id, row) => [id, row])));
  const ids = tables[0].dataset.rowIds.filter((id) => places.every((own) => own.has(id)));
  if (ids.length < fewestRows) {
    throw new InputError(
      `${where}: ${ids.length} rows can be predicted by every model, fewer than ${fewestRows}; their columns of ids may differ`,
    );
  }
  return places.map((own) => ids.map((id) => own.get(id) as number));
}

function pick<T>(values: readonly T[], index: readonly number[]): T[] {
  return index.map((row) => values[row]);
}

function truthOf({ truth, dataset, targets }: ComparedPredictions, t: number, index: readonly number[]): Float64Array {
  if (truth === null) throw new InputError(`the table holds no column ${shown(targets[t])} to compare with`);
  return pickRows(columnsOfTarget(truth, dataset.rows, targets.length, t), dataset.rows, index);
}

function checkTruth(
  truths: readonly Float64Array[],
  target: string,
  ids: readonly string[],
  folders: readonly string[],
) {
  truths.forEach((truth, i) => {
    const at = truth.findIndex((value, row) => value !== truths[0][row]);
    if (at < 0) return;
    throw new InputError(
      `row "${shown(ids[at])}" has ${shown(target)} ${truth[at]} as ${folders[i]} reads the table and ${truths[0][at]} as ${folders[0]} does: ` +
        "their ids are not the same rows",
    );
  });
}

function predictedTarget(table: ComparedPredictions, t: number, index: readonly number[]): PredictedTarget {
  const { dataset, explained, targets, truth, task, calibration, classes, config } = table;
  const prediction = pickRows(
    columnsOfTarget(explained.prediction, dataset.rows, targets.length, t),
    dataset.rows,
    index,
  );
  const at = (row: number) => row * targets.length + t;
  const intervals = rowIntervals(table, {});
  if (intervals !== null) {
    const { low, high } = intervals.ends;
    const inside = (row: number) => {
      const value = truth?.[at(row)] ?? Number.NaN;
      return low[at(row)] <= value && value <= high[at(row)];
    };
    return { prediction, held: { level: intervals.level, rows: index.map(inside) } };
  }
  const { coverage: level } = config.evaluation.intervals;
  const { sets } = rowSets(task, calibration, explained.prediction, { classes, level });
  if (sets === undefined) return { prediction, held: null };
  return { prediction, held: { level, rows: index.map((row) => sets[row].includes(truth?.[at(row)] ?? -1)) } };
}

/** Groups of the rows of a table; null where it has none. */
function groupsOf(
  { dataset, config }: ComparedPredictions,
  asked: string | null,
): { readonly column: string; readonly values: readonly (string | null)[] } | null {
  const column = asked ?? config.data.group;
  const values = column === undefined ? undefined : dataset.labels.get(column);
  return column === undefined || values === undefined ? null : { column, values };
}

/** Letters must not be taken for names of what is compared. */
function takenNames({ targets, config }: ComparedPredictions): ReadonlySet<string> {
  return new Set([...targets, ...Object.keys(config.data.modalities)].map((name) => name.toLowerCase()));
}

interface Measured {
  readonly letters: readonly string[];
  readonly targets: readonly string[];
  readonly task: ComparedPredictions["task"];
  readonly measured: readonly { readonly truth: Float64Array; readonly models: readonly PredictedTarget[] }[];
}

function byGroup(column: string, groups: readonly string[], found: Measured): ExternalGroups {
  const { letters, targets, task, measured } = found;
  const members = [...membersOf(groups)];
  const large = members.filter(([, own]) => own.length >= fewestRows);
  const few = members.filter(([, own]) => own.length < fewestRows);
  const metrics = (own: readonly number[], m: number, t: number) => {
    const { truth, models } = measured[t];
    const rows = (values: Float64Array) => pickRows(values, groups.length, own);
    return task.metrics.evaluate([targets[t]], rows(truth), rows(models[m].prediction)).perTarget[targets[t]];
  };
  return {
    column,
    groups: large.map(([name, own]) => ({
      ...{ name, rows: own.length },
      models: Object.fromEntries(
        letters.map((letter, m) => [
          letter,
          Object.fromEntries(targets.map((target, t) => [target, metrics(own, m, t)])),
        ]),
      ),
    })),
    fewer: { groups: few.length, rows: few.reduce((sum, [, own]) => sum + own.length, 0) },
  };
}
