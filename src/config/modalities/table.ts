import { z } from "zod";
import { columnNameSchema as columnName } from "../column-name.js";
import { fileKeys } from "../dialect.js";
import { cost } from "./common.js";

/** A modality of `kind: table`, the default: which columns of which file belong to it. */
export const tableSchema = z
  .strictObject({
    kind: z.literal("table").optional().describe("table, the default: columns of a table."),
    columns: z
      .array(columnName)
      .min(1)
      .describe(
        'Columns of the modality: names, globs ("lh_*_thickness") or 0-based index ranges into the columns of its file, ' +
          'end excluded ("155:204"). A column that bears exactly that name wins over the glob or range reading.',
      ),
    exclude: z
      .array(columnName)
      .default([])
      .describe("Columns taken out again, written like `columns`. Default: none."),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("File of this modality, when it does not stand in `data.file`; rows are matched on `join`."),
    ...fileKeys,
    cost,
  })
  .describe("A modality made of columns of a table");

export type TableModalityConfig = z.output<typeof tableSchema>;
