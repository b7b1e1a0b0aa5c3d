import { codedColumns } from "../../data/categories/coding.js";
import { prepareValue } from "../../data/prepare/column-preparation.js";
import type { ModalityPreparation } from "../../data/prepare/preprocessor.js";
import type { NamedInputs } from "../kind.js";

/** Columns of a table with their inputs; the columns of 0 and 1 of a category are one, in the place of the first of them. */
export function tableFeatures(fitted: ModalityPreparation): NamedInputs[] {
  const { columns, categories = [] } = fitted;
  const coded = new Map(categories.flatMap((coding) => codedColumns(coding).map((name) => [name, coding] as const)));
  const done = new Set<string>();
  return columns.flatMap(({ name, preparation }, k) => {
    const coding = coded.get(name);
    if (coding === undefined) {
      const mark = markOf(fitted, name);
      const at = (value: number) => [prepareValue(preparation, value), ...mark.map(() => 0)];
      return [{ name, inputs: [k, ...mark], reading: { number: k, at } }];
    }
    if (done.has(coding.column)) return [];
    done.add(coding.column);
    return [categoryFeature(fitted, coding.column, coding.levels, codedColumns(coding))];
  });
}

function categoryFeature(
  fitted: ModalityPreparation,
  column: string,
  levels: readonly string[],
  names: readonly string[],
): NamedInputs {
  const own = fitted.columns.flatMap((each, input) => (names.includes(each.name) ? [{ ...each, input }] : []));
  const marks = own.flatMap(({ name }) => markOf(fitted, name));
  const valuesOf = (level: string) =>
    own.map(({ name, preparation }) => prepareValue(preparation, Number(name === `${column}=${level}`)));
  return {
    name: column,
    inputs: [...own.map(({ input }) => input), ...marks],
    reading: { levels: levels.map((name) => ({ name, values: [...valuesOf(name), ...marks.map(() => 0)] })) },
  };
}

/** The input that says whether the column is missing, where there is one. */
function markOf({ columns, indicators }: ModalityPreparation, name: string): number[] {
  const at = indicators.indexOf(name);
  return at < 0 ? [] : [columns.length + at];
}
