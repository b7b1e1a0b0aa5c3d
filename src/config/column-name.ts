import { z } from "zod";

/**
 * A column name as it is compared: blanks at its ends do not count, and letters that Unicode can write in two ways are
 * one (form NFC). It holds for tables of every format, and for the names that configs, options and stored models give.
 */
export function columnName(text: string): string {
  return text.trim().normalize("NFC");
}

/** A column name, or a pattern of them, in a document. */
export const columnNameSchema = z.string().trim().normalize("NFC").min(1);
