import { type Dialect, dialectKeys } from "../config/dialect.js";
import { InputError } from "../errors.js";
import { type DialectArguments, dialectOptions } from "./dialect-options.js";

/** The dialect that the options say; what is `none` is as usual whatever a model says. @throws InputError for a value that cannot be */
export function dialectOf(args: DialectArguments): Dialect {
  const entries = Object.entries(dialectOptions).flatMap(([key, option]) => {
    const value = args[option];
    if (value === undefined) return [];
    if (value === "none") return [[key, undefined]];
    const meant = option === "delimiter" && (value === "tab" || value === "\\t") ? "\t" : value;
    const parsed = dialectKeys[key as keyof Dialect].safeParse(meant);
    if (parsed.success) return [[key, parsed.data]];
    const wanted = parsed.error.issues[0].message.replace(/^Invalid (?:input|option|string): /, "");
    throw new InputError(`--${option} ${JSON.stringify(value)}: ${wanted}`);
  });
  const dialect = Object.fromEntries(entries) as Dialect;
  const { decimal = ".", thousands } = dialect;
  if (thousands === decimal) {
    throw new InputError(`--thousands: cannot be "${decimal}" where the decimal mark is that too`);
  }
  return dialect;
}
