import { InputError } from "../../errors.js";
import type { CategoryLevels } from "../categories/coding.js";
import type { ConfoundColumn } from "../confounds/confounds.js";
import type { Dataset, Modality, Target } from "../dataset.js";
import type { DatedColumn } from "../dates/date-coding.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";

/** Rows that stay, per source, with the ids of the rows. */
export interface Selection {
  readonly rows: readonly Int32Array[];
  readonly ids: readonly string[];
}

/** Target columns of the rows that stay. */
export function gatherTargets(
  plan: TablePlan,
  tables: readonly ReadColumns[],
  values: readonly (Float64Array | undefined)[],
  selection: Selection,
): Target[] {
  return plan.targets.flatMap((place, k) => {
    const column = values[k];
    if (place === undefined || column === undefined) return [];
    const own = Float64Array.from(selection.rows[place.source], (row) => column[row]);
    const levels = tables[place.source].levels?.get(place.column);
    return [levels === undefined ? { name: place.column, values: own } : ofClasses(place.column, own, levels)];
  });
}

/** A target of classes, those left out that no row has any more. */
function ofClasses(name: string, values: Float64Array, levels: readonly string[]): Target {
  const seen = new Set(values);
  const classes = levels.filter((_, y) => seen.has(y));
  const places = levels.map((label) => classes.indexOf(label));
  return { name, values: values.map((value) => (Number.isNaN(value) ? value : places[value])), classes };
}

/** Columns beside features and targets, of the rows that stay. */
export function gatherExtras(
  { extras }: TablePlan,
  tables: readonly ReadColumns[],
  selection: Selection,
): Pick<Dataset, "labels" | "covariates" | "categories"> {
  const categories: CategoryLevels[] = [];
  const labels = new Map<string, readonly (string | null)[]>();
  const covariates = new Map<string, Float64Array>();
  for (const { source, column, kind } of extras) {
    const rows = selection.rows[source];
    if (kind === "text") {
      const values = tables[source].texts.get(column) as readonly (string | null)[];
      labels.set(
        column,
        Array.from(rows, (row) => values[row]),
      );
    } else {
      const values = tables[source].numbers.get(column) as Float64Array;
      if (kind === "category") categories.push({ column, levels: tables[source].levels?.get(column) ?? [] });
      covariates.set(
        column,
        Float64Array.from(rows, (row) => values[row]),
      );
    }
  }
  return { labels, covariates, ...(categories.length === 0 ? {} : { categories }) };
}

/** @throws InputError for a target that is the same in all rows */
export function refuseConstantTargets(targets: readonly Target[]): void {
  for (const { name, values, classes } of targets) {
    if (values.every((value) => value === values[0])) {
      const value = classes === undefined ? values[0] : `"${classes[values[0]]}"`;
      throw new InputError(
        `data.target: column "${name}" is ${value} in all ${values.length} rows; there is nothing to predict.`,
      );
    }
  }
}

/** Feature columns of one modality, of the rows that stay. */
export function gatherModality(
  modality: TablePlan["modalities"][number],
  table: ReadColumns,
  selection: Selection,
): Modality {
  const rows = selection.rows[modality.source];
  const width = modality.columns.length;
  const values = new Float64Array(rows.length * width);
  modality.columns.forEach((name, j) => {
    const column = table.numbers.get(name) as Float64Array;
    for (let i = 0; i < rows.length; i++) values[i * width + j] = column[rows[i]];
  });
  const levels = (modality.categories ?? []).map((column) => ({ column, levels: table.levels?.get(column) ?? [] }));
  const dates = (modality.dates ?? []).map(({ column, parts }): DatedColumn => {
    const dayPlace = table.dates?.get(column)?.dayPlace;
    return { column, parts, ...(dayPlace === undefined ? {} : { dayPlace }) };
  });
  return {
    ...{ name: modality.name, columns: modality.columns, values },
    ...(levels.length === 0 ? {} : { categories: levels }),
    ...(dates.length === 0 ? {} : { dates }),
  };
}

/** Confounds of the rows that stay; undefined where there are none. */
export function gatherConfounds(
  { confounds }: TablePlan,
  tables: readonly ReadColumns[],
  selection: Selection,
): readonly ConfoundColumn[] | undefined {
  return confounds?.map(({ source, column }) => {
    const found = tables[source].confounds?.get(column);
    if (found === undefined) throw new RangeError(`the confound "${column}" was not read`);
    const { values, levels } = found;
    const chosen = Float64Array.from(selection.rows[source], (row) => values[row]);
    return { column, values: chosen, ...(levels === undefined ? {} : { levels }) };
  });
}
