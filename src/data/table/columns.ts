import { columnName } from "../../config/column-name.js";
import { nearest } from "../../config/nearest.js";
import { InputError } from "../../errors.js";

/**
 * Names of the columns that patterns stand for, in the order of the patterns, each once.
 * A pattern is, in this order of precedence, the exact name of a column, a 0-based index range "155:204" with excluded
 * end, or a glob: `*` any text, `?` one character, `[abc]` one of these; every other character stands for itself,
 * because real column names hold brackets, ampersands and slashes. Blanks at the ends of a pattern and its Unicode form
 * count as little as they do in names.
 * @param available all columns of the table, in file order, as \`columnName\` writes them
 * @param where for messages: `modality "thickness" (table.csv)`
 * @throws InputError for a pattern that matches nothing or a range outside the table
 */
export function resolveColumns(patterns: readonly string[], available: readonly string[], where: string): string[] {
  const names = new Set(available);
  const found = new Set<string>();
  for (const written of patterns) {
    const pattern = columnName(written);
    const matches = names.has(pattern) ? [pattern] : matchPattern(pattern, available, where);
    if (matches.length === 0) {
      throw new InputError(`${where}: "${pattern}" matches no column. ${describeColumns(pattern, available)}`);
    }
    for (const name of matches) found.add(name);
  }
  return [...found];
}

/**
 * The column of a table that bears a name.
 * @param available as for \`resolveColumns\`
 * @throws InputError that lists what exists
 */
export function requireColumn(name: string, available: readonly string[], where: string): string {
  const found = columnName(name);
  if (available.includes(found)) return found;
  throw new InputError(`${where}: there is no column "${name}". ${describeColumns(found, available)}`);
}

const commaHint = "In lists on the command line, a name that holds a comma stands in double quotes: '\"a, b\",c'. ";

/** "Did you mean .. ? The table has 12 columns: a, b, c, .." */
export function describeColumns(wanted: string, available: readonly string[]): string {
  const near = available.find((name) => name.startsWith(`${wanted},`)) ?? nearest(wanted, available);
  const hint = near === undefined ? "" : `Did you mean "${near}"? ${near.includes(",") ? commaHint : ""}`;
  const some = available
    .slice(0, 15)
    .map((name) => (name.includes(",") ? `"${name}"` : name))
    .join(", ");
  const rest = available.length > 15 ? `, .. and ${available.length - 15} more` : "";
  return `${hint}The table has ${available.length} columns: ${some}${rest}.`;
}

function matchPattern(pattern: string, available: readonly string[], where: string): readonly string[] {
  const range = /^(\d+):(\d+)$/.exec(pattern);
  if (range !== null) return columnRange(Number(range[1]), Number(range[2]), pattern, available, where);
  if (!/[*?[]/.test(pattern)) return [];
  const pieces = globPieces(pattern);
  return available.filter((name) => fits(name, pieces));
}

/** Whether a glob, as for `resolveColumns`, matches a whole name. @throws InputError for an invalid one */
export function matchesGlob(name: string, pattern: string): boolean {
  return fits(name, globPieces(pattern));
}

function columnRange(
  start: number,
  end: number,
  pattern: string,
  available: readonly string[],
  where: string,
): readonly string[] {
  if (start >= end || end > available.length) {
    throw new InputError(
      `${where}: the index range "${pattern}" (counted from 0, end excluded) must lie within 0:${available.length} ` +
        "and hold at least one column.",
    );
  }
  return available.slice(start, end);
}

/**
 * What stands between the stars of a glob, one regular expression each. A single one with `.*` for every star would take
 * a time that grows with the power of their number.
 */
function globPieces(pattern: string): RegExp[] {
  const sources = [""];
  for (const [mark] of pattern.matchAll(/\*+|\[(?:[^\]\\^!]+)\]|./gsu)) {
    if (mark.startsWith("*")) sources.push("");
    else if (mark === "?") sources[sources.length - 1] += ".";
    else sources[sources.length - 1] += mark.length > 2 ? mark : mark.replace(/[\\^$.|+(){}[\]/]/, "\\$&");
  }
  const last = sources.length - 1;
  try {
    return sources.map((source, i) => new RegExp(`${i === 0 ? "^" : ""}${source}${i === last ? "$" : ""}`, "su"));
  } catch {
    throw new InputError(`"${pattern}": the character class in brackets is not valid, write for example [a-z0-9].`);
  }
}

/** Whether the pieces follow each other in a name; each is of fixed length, so that its first place is as good as any. */
function fits(name: string, pieces: readonly RegExp[]): boolean {
  let rest = name;
  for (const piece of pieces) {
    const found = piece.exec(rest);
    if (found === null) return false;
    rest = rest.slice(found.index + found[0].length);
  }
  return true;
}
