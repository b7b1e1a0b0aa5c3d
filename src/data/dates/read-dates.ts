import { InputError } from "../../errors.js";
import type { MissingMarks } from "../missing/missing-marks.js";
import { type DayPlace, readOrder } from "../order/row-order.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { DateReading } from "./date-coding.js";

/** A column of dates that is read. */
export interface DatesToRead {
  readonly column: string;
  /** Config key that names it, for messages. */
  readonly key: string;
  /** How its dates are read where the year stands last, if that is known. */
  readonly dayPlace?: DayPlace;
}

/**
 * Columns of a table with those of dates among the numbers, as milliseconds since 1970 (UTC); NaN = missing.
 * @throws InputError naming the row of what is no date, with the remedy
 */
export function withDates(
  table: ReadColumns,
  columns: readonly DatesToRead[],
  { label, marks }: { readonly label: string; readonly marks: MissingMarks },
): ReadColumns {
  if (columns.length === 0) return table;
  const numbers = new Map(table.numbers);
  const dates = new Map<string, DateReading>();
  for (const { column, key, dayPlace } of columns) {
    const texts = table.texts.get(column) as readonly (string | null)[];
    const read = readOrder({ label, column, texts, marks, key, ...(dayPlace === undefined ? {} : { dayPlace }) });
    if (read.kind !== "date") {
      throw new InputError(
        `${key}: ${label}: column "${column}" holds numbers and no dates; name it in \`columns\`, or write dates as 2024-12-31.`,
      );
    }
    numbers.set(column, read.values);
    dates.set(column, {
      ...(read.dayPlace === undefined ? {} : { dayPlace: read.dayPlace }),
      ...(read.message === undefined ? {} : { message: read.message }),
    });
  }
  return { ...table, numbers, dates };
}
