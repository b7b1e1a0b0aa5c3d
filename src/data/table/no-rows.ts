import { InputError } from "../../errors.js";

/** A table that has column names and nothing below them. */
export class NoRows extends InputError {
  constructor(label: string) {
    super(`${label}: has column names but no rows.`);
  }
}

/** What was read; `none` of a table without rows. */
export async function orNone<T>(read: Promise<T>, none: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof NoRows) return none;
    throw error;
  }
}
