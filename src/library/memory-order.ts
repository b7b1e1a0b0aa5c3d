import { InputError } from "../errors.js";

/** Where rows stand in an order; null where it is not known. */
export type OrderValues = ArrayLike<number | string | Date | null | undefined>;

/** The values as a table has them, one text per row, null where there is none. @throws InputError naming the row */
export function orderTexts(values: OrderValues): (string | null)[] {
  return Array.from(values, (value, row) => {
    if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return null;
    if (typeof value === "string") return value;
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    const given =
      value instanceof Date ? "a Date that is none" : typeof value === "number" ? value : `a ${typeof value}`;
    throw new InputError(`order, row ${row + 1}: expected a Date, a text of one or a finite number, got ${given}`);
  });
}
