import { InputError } from "../../errors.js";
import { type MissingMarks, meansMissing, spellsNumber } from "../missing/missing-marks.js";
import { eightDigitDate, endOf, readDate, type WrittenDate } from "./date-text.js";

/** Where rows stand in time, or in another order. */
export interface RowOrder {
  /** Column of `data.order`. */
  readonly column: string;
  readonly kind: "date" | "number";
  /** [rows] numbers, or milliseconds since 1970 (UTC); finite. */
  readonly values: Float64Array;
  /** [rows] where what a value stands for ends: the next day of 2024-12-31; left out where values are moments or numbers. */
  readonly ends?: Float64Array;
}

/** A column of an order as it was read. */
export interface ReadOrder extends Omit<RowOrder, "values"> {
  /** [rows] as of a `RowOrder`; NaN = missing. */
  readonly values: Float64Array;
  /** How dates were read where their texts do not say it by themselves. */
  readonly message?: string;
}

/** A column of texts, and what messages call it. */
export interface OrderTexts {
  readonly label: string;
  readonly column: string;
  /** [rows]; null = empty. */
  readonly texts: readonly (string | null)[];
  readonly marks: MissingMarks;
  /** Key of the config that names it; `data.order` if left out. */
  readonly key?: string;
}

type Cell = { readonly row: number; readonly text: string } & (
  | { readonly date: WrittenDate; readonly number?: undefined }
  | { readonly number: number; readonly date?: undefined }
);

const written = "write dates as 2024-12-31 or 2024-12-31T23:59:00, all in one form, or numbers that rise with time";

/**
 * Reads the column of `data.order`: numbers or dates, all in one form. Dates whose year stands last are read where the
 * column itself shows which number is the day (one above 12); eight digits that are days of the calendar are dates.
 * @throws InputError naming the row of what cannot be read without guessing, with the remedy
 */
export function readOrder(column: OrderTexts): ReadOrder {
  const cells = cellsOf(column);
  const values = new Float64Array(column.texts.length).fill(Number.NaN);
  const { column: name } = column;
  if (cells.length === 0)
    throw new InputError(`${column.key ?? "data.order"}: ${column.label}: column "${name}" has no value.`);
  refuseMixed(column, cells, ({ date }) => (date === undefined ? "a number" : "a date"));
  if (cells[0].date === undefined) return readNumbers(column, cells, values);
  refuseMixed(column, cells, ({ date }) => (date?.zoned === true ? "a time with a zone" : "a time without a zone"));
  refuseMixed(column, cells, ({ date }) => (date?.unit === "month" ? "a whole month" : "a date with a day"));
  refuseMixed(column, cells, ({ date }) => (date?.form === "year-first" ? "a year in front" : "a year at the end"));
  const reading = cells[0].date.form === "year-last" ? dayPlace(column, cells) : undefined;
  for (const { row, date } of cells) {
    if (date !== undefined) values[row] = date.form === "year-first" ? date.time : date[reading?.key ?? "dayFirst"];
  }
  const spans = endsOf(cells, values);
  return {
    column: name,
    kind: "date",
    values,
    ...spans,
    ...(reading === undefined ? {} : { message: reading.message }),
  };
}

/** Where the months and days of a column end; a column of nothing but midnights is one of days. */
function endsOf(cells: readonly Cell[], values: Float64Array): Pick<ReadOrder, "ends"> {
  const midnights = cells.every(({ row }) => values[row] % 86_400_000 === 0);
  if (!midnights && cells.every(({ date }) => date?.unit === "moment")) return {};
  const ends = values.slice();
  for (const { row, date } of cells) {
    const unit = date?.unit ?? "day";
    ends[row] = endOf(unit === "moment" && midnights ? "day" : unit, values[row]);
  }
  return { ends };
}

/** A value of an order as a reader knows it: 2016-05-27 18:00, 12.5. */
export function orderText({ kind }: Pick<RowOrder, "kind">, value: number): string {
  if (kind === "number") return String(value);
  const text = new Date(value).toISOString().replace("T", " ").replace("Z", "");
  return text
    .replace(/\.000$/, "")
    .replace(/(?<=:\d\d):00$/, "")
    .replace(/ 00:00$/, "");
}

function cellsOf(column: OrderTexts): Cell[] {
  return column.texts.flatMap((given, row): Cell[] => {
    const text = given?.trim() ?? "";
    if (text === "" || meansMissing(text, column.marks)) return [];
    if (spellsNumber(text)) return [{ row, text, number: exactNumber(column, row, text) }];
    const date = readDate(text);
    if (date === undefined)
      throw refused(column, row, text, `is no number and no date that can be read without guessing; ${written}`);
    return [{ row, text, date }];
  });
}

/** @throws InputError for a whole number that a float64 does not keep: nanoseconds since 1970 */
function exactNumber(column: OrderTexts, row: number, text: string): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && BigInt(text) !== BigInt(value)) {
    throw refused(
      column,
      row,
      text,
      "has more digits than a number keeps; write dates, or milliseconds instead of nanoseconds",
    );
  }
  return value;
}

function readNumbers(column: OrderTexts, cells: readonly Cell[], values: Float64Array): ReadOrder {
  const dates = cells.map(({ text }) => eightDigitDate(text));
  const areDates = dates.every((time) => !Number.isNaN(time));
  cells.forEach(({ row, number }, i) => {
    values[row] = areDates ? dates[i] : (number ?? Number.NaN);
  });
  if (!areDates) return { column: column.column, kind: "number", values };
  const message = `data.order: "${column.column}" is read as dates, year, month and day in eight digits: ${cells[0].text} is ${orderText({ kind: "date" }, dates[0])}`;
  return { column: column.column, kind: "date", values, ...endsOf(cells, values), message };
}

/** Which of the first two numbers is the day, by a value above 12; every date of the column is of that form. */
function dayPlace(column: OrderTexts, cells: readonly Cell[]) {
  const above = (place: "first" | "second") => cells.find(({ date }) => date?.form === "year-last" && date[place] > 12);
  const [first, second] = [above("first"), above("second")];
  if (first !== undefined && second !== undefined) {
    throw refused(
      column,
      first.row,
      first.text,
      `has the day in front, and "${second.text}" in row ${second.row + 1} the month; ${written}`,
    );
  }
  const shows = first ?? second;
  if (shows === undefined) {
    throw refused(
      column,
      cells[0].row,
      cells[0].text,
      `may be day and month or month and day, and no date of the column shows which; ${written}`,
    );
  }
  const key: "dayFirst" | "monthFirst" = first === undefined ? "monthFirst" : "dayFirst";
  const message = `data.order: dates of "${column.column}" are read with the ${first === undefined ? "month" : "day"} in front, as "${shows.text}" in row ${shows.row + 1} shows`;
  return { key, message };
}

function refuseMixed(column: OrderTexts, cells: readonly Cell[], formOf: (cell: Cell) => string): void {
  const form = formOf(cells[0]);
  const other = cells.find((cell) => formOf(cell) !== form);
  if (other === undefined) return;
  const [one] = cells;
  throw refused(
    column,
    other.row,
    other.text,
    `is ${formOf(other)}, and "${one.text}" in row ${one.row + 1} is ${form}; ${written}`,
  );
}

function refused(
  { label, column, key = "data.order" }: OrderTexts,
  row: number,
  text: string,
  reason: string,
): InputError {
  return new InputError(
    `${key}: ${label}: row ${row + 1} (header not counted), column "${column}": "${text.slice(0, 40)}" ${reason}. ` +
      "What means a missing value is named in data.missingValues.",
  );
}
