import { z } from "zod";
import { columnNameSchema as columnName } from "../column-name.js";
import { fileKeys } from "../dialect.js";
import { cost } from "./common.js";

/** What a column of dates may become. */
export const dateParts = ["trend", "year", "week", "day"] as const;
export type DatePart = (typeof dateParts)[number];

/** A modality of `kind: table`, the default: which columns of which file belong to it. */
export const tableSchema = z
  .strictObject({
    kind: z.literal("table").optional().describe("table, the default: columns of a table."),
    columns: z
      .array(columnName)
      .default([])
      .describe(
        'Columns of numbers of the modality: names, globs ("lh_*_thickness") or 0-based index ranges into the columns of its file, ' +
          'end excluded ("155:204"). A column that bears exactly that name wins over the glob or range reading. ' +
          "May be left out where there are `categories`.",
      ),
    categories: z
      .array(columnName)
      .min(1)
      .optional()
      .describe(
        "Columns of categories, written like `columns`: texts (sex, site), TRUE and FALSE, codes that are numbers (zip codes). " +
          "A column of two values becomes one of 0 and 1, of more one for each value of the training part; a value that no " +
          "training row has reads as their mean, with a count. Empty cells, NA and `missingValues` are missing. None if left out.",
      ),
    dates: z
      .union([z.array(columnName).min(1), z.record(columnName, z.array(z.enum(dateParts)).min(1))])
      .optional()
      .describe(
        "Columns of dates (2024-12-31, 2024-12-31T23:59:00, 31.12.2024; all of a column in one form, UTC where no zone is named), " +
          "as `{ visit: [trend, year] }`, or as a list written like `columns`, which asks for all parts. trend: days since the " +
          "first day of the training part; year, week, day: sine and cosine of the time of year, week and day. Parts that do not " +
          "vary are left out. None if left out.",
      ),
    exclude: z
      .array(columnName)
      .default([])
      .describe("Columns taken out again, written like `columns`. Default: none."),
    screen: z
      .strictObject({
        columns: z
          .int()
          .min(1)
          .max(1_000_000)
          .describe("How many columns are kept, those that tell most by themselves."),
      })
      .optional()
      .describe(
        "Keeps the columns that tell most about the target, each by itself (bits of ranks in bins, as `pidreg screen`), chosen on the " +
          "training rows of every split anew; the model and its exports need no others. What columns tell only together is not seen. " +
          "All columns are kept if left out.",
      ),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("File of this modality, when it does not stand in `data.file`; rows are matched on `join`."),
    ...fileKeys,
    cost,
  })
  .describe('A modality made of columns of a table; `NAME: [a1, "b*"]` is short for `NAME: { columns: [a1, "b*"] }`');

export type TableModalityConfig = z.output<typeof tableSchema>;

/** Columns of dates as they are written, each with what becomes of it. */
export function datesOf({
  dates = [],
}: Pick<TableModalityConfig, "dates">): readonly { readonly column: string; readonly parts: readonly DatePart[] }[] {
  if (Array.isArray(dates)) return dates.map((column) => ({ column, parts: dateParts }));
  return Object.entries(dates).map(([column, parts]) => ({
    column,
    parts: dateParts.filter((part) => parts.includes(part)),
  }));
}
