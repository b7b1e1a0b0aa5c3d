import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { serialCorrelation } from "../../math/serial-correlation.js";
import type { Target } from "../dataset.js";
import { indicatorTargets } from "../target/indicators.js";
import { type OrderTexts, readOrder } from "./row-order.js";

/** Names of columns that say when a row was measured, and those that say when somebody was born. */
const timeNames =
  /(^|[^a-z])(date|day|time|date_?time|time_?stamp|month|week|year|datum|zeit|jahr|fecha|data_?hora|jour)s?($|[^a-z])/i;
const birthNames = /birth|born|dob|geb/i;

/** Columns of a table that are looked at. */
const mostColumns = 3;
const fewestRows = 30;
const fewestValues = 3;
/** Neighbours are alike by chance by as many standard errors in one of 30,000 sequences. */
const fewestErrors = 4;

/** Whether neighbours of a sequence are more alike than chance makes them. */
export function isAlike({ standardErrors }: { readonly standardErrors: number }): boolean {
  return standardErrors > fewestErrors;
}

/** Columns whose names say that they hold times, the first few. */
export function timeColumns(columns: readonly string[]): string[] {
  const named = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_");
  return columns.filter((name) => timeNames.test(named(name)) && !birthNames.test(name)).slice(0, mostColumns);
}

/**
 * A sentence about a column of times in which rows that follow each other have like targets; undefined where there is none.
 * @param columns texts of all rows of the file
 * @param rowsOf  rows of that file that the targets belong to
 */
export function suggestedOrder(
  columns: readonly OrderTexts[],
  rowsOf: readonly Int32Array[],
  targets: readonly Target[],
): string | undefined {
  for (const [k, column] of columns.entries()) {
    const values = orderOf(column);
    if (values === undefined) continue;
    const places = Float64Array.from(rowsOf[k], (row) => values[row]);
    const alike = indicatorTargets(targets)
      .map(({ name, values: y }) => ({ name, ...likeness(places, y, name) }))
      .filter(isAlike);
    if (alike.length === 0) continue;
    const found = alike.reduce((most, other) => (other.correlation > most.correlation ? other : most));
    return (
      `rows that follow each other in column "${column.column}" have like values of ${found.name} (correlation ` +
      `${found.correlation.toFixed(2)}), and data.order is not given: test rows drawn at random then stand between training ` +
      `rows. If "${column.column}" says when rows were measured, name it in data.order, to see what the nearest rows in time ` +
      "tell without any feature, and use data.split.by: time to test on later rows"
    );
  }
  return undefined;
}

/** The column as an order; undefined where it is none. */
function orderOf(column: OrderTexts): Float64Array | undefined {
  try {
    return readOrder(column).values;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** How alike the target is in rows that follow each other; rows of one place do so by lot. */
function likeness(places: Float64Array, y: Float64Array, name: string) {
  const known = Array.from(places.keys()).filter((row) => !Number.isNaN(places[row]) && !Number.isNaN(y[row]));
  const few = known.length < fewestRows || new Set(known.map((row) => places[row])).size < fewestValues;
  if (few) return { correlation: 0, standardErrors: 0 };
  const lot = new Rng("order").split(name).permutation(places.length);
  const sorted = known.sort((a, b) => places[a] - places[b] || lot[a] - lot[b]);
  return serialCorrelation(Float64Array.from(sorted, (row) => y[row]));
}
