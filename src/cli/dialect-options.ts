import type { Argv } from "yargs";
import type { Dialect } from "../config/dialect.js";

/** Options that say how a text table is written; the same as the keys of a data section. */
export interface DialectArguments {
  decimal?: string;
  thousands?: string;
  delimiter?: string;
  "skip-rows"?: number;
  comment?: string;
  "units-row"?: boolean;
  "row-names"?: boolean;
}

/** The option of each key. */
export const dialectOptions = {
  decimal: "decimal",
  thousands: "thousands",
  delimiter: "delimiter",
  skipRows: "skip-rows",
  comment: "comment",
  unitsRow: "units-row",
  rowNames: "row-names",
} as const satisfies Record<keyof Dialect, keyof DialectArguments>;

/** Adds the options to a command that reads a table of its own. */
export function withDialect<T>(yargs: Argv<T>): Argv<T & DialectArguments> {
  const text = (describe: string) => ({ type: "string", nargs: 1, describe }) as const;
  return yargs
    .option("decimal", text('decimal mark of a text table: "." or ","'))
    .option("thousands", text("mark between thousands in a text table: , . ' or a blank; or none"))
    .option("delimiter", text('what separates its columns: , ; | tab, or " " for blanks'))
    .option("skip-rows", { type: "number", nargs: 1, describe: "lines in front of its header that are not read" })
    .option("comment", text('lines that begin with this character are not read: "#"; or none'))
    .option("units-row", { type: "boolean", describe: "the row below its header holds units and is no row" })
    .option("row-names", { type: "boolean", describe: "its rows have a name in front that the header does not name" });
}

/** The options that were given. */
export function dialectGiven(args: DialectArguments): (keyof DialectArguments)[] {
  return Object.values(dialectOptions).filter((name) => args[name] !== undefined);
}
