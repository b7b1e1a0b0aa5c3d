import { shellQuoted } from "../../shell-quoted.js";

/** The option of decompose, predict and evaluate that says what a key says: ` (option: --comment '#')`. */
export function flag(name: string, value?: string): string {
  return ` (option: --${name}${value === undefined ? "" : `=${shellQuoted(value)}`})`;
}

/** Some texts as a list of a config. */
export function quotedList(texts: readonly string[]): string {
  const some = [...new Set(texts)].slice(0, 5).map((text) => JSON.stringify(text));
  return `[${some.join(", ")}${new Set(texts).size > 5 ? ", .." : ""}]`;
}
