import path from "node:path";
import { type Dialect, dialectNames } from "../../config/dialect.js";
import { escapedYaml, shown } from "../../shown.js";
import { resolveColumns } from "../table/columns.js";
import type { Draft, DraftModality, LeftOut } from "./draft.js";

/** A config as text, and every guess in it as a sentence. */
export interface ConfigText {
  readonly text: string;
  readonly guesses: readonly string[];
}

/** More columns than this are written as a pattern. */
const mostListed = 40;
const width = 110;

/**
 * Writes a draft as a commented config.
 * @param fileOf name of a table as the config is to have it, relative to the folder of the config
 */
export function configText(draft: Draft, fileOf: (file: string) => string): ConfigText {
  const lines = new Lines();
  const { tables, main, namesFile, key, targets, classes } = draft;
  lines.plain(
    0,
    `# Made by \`pidreg init\` from ${tables.map(({ file }) => shown(path.basename(file))).join(", ")}. Every guess has its reason`,
  );
  lines.plain(0, "# beside it: look at each, and correct it here.");
  lines.plain(0, `name: ${scalar(draft.name)}`);
  lines.plain(0, "data:");
  const base = namesFile ? tables[main].dialect : {};
  if (namesFile) {
    lines.plain(1, `file: ${scalar(fileOf(tables[main].file))}`);
    writeDialect(lines, 1, base, tables[main].found, tables[main].file);
  }
  for (const { file, open } of tables) for (const each of open) lines.guess(1, `${file}: ${each}`);
  if (key !== undefined) {
    lines.guess(1, `join: ${key.why}`);
    lines.plain(1, `join: ${list(key.join)}`);
    if (key.normalise) lines.plain(1, "normaliseKeys: bids");
  }
  if (classes === undefined) {
    lines.plain(1, `target: ${list(targets)}`);
    lines.plain(1, `# units: { ${scalar(targets[0])}: years }   # the unit of the target, for axes and messages`);
  } else {
    lines.guess(1, `target: ${classes}`);
    lines.plain(1, `target: { column: ${scalar(targets[0])}, kind: class }`);
  }
  writeNames(lines, draft);
  writeMissing(lines, draft);
  lines.plain(1, "modalities:");
  for (const modality of draft.modalities) writeModality(lines, draft, modality, base, fileOf);
  const used = draft.tables.filter(({ unused }) => unused.length > 0);
  for (const { file, unused } of used) {
    for (const [why, columns] of byReason(unused)) lines.guess(1, `not used of ${file}: ${some(columns)}: ${why}`);
  }
  for (const remark of draft.remarks) lines.guess(0, remark);
  return { text: escapedYaml(lines.text), guesses: lines.guesses };
}

class Lines {
  readonly guesses: string[] = [];
  private readonly lines: string[] = [];

  plain(depth: number, text: string): void {
    this.lines.push(`${"  ".repeat(depth)}${text}`);
  }

  /** A comment that the user is told too. */
  guess(depth: number, text: string): void {
    this.guesses.push(text);
    for (const line of wrapped(`# ${shown(text)}`, width - 2 * depth)) this.plain(depth, line);
  }

  get text(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

function writeNames(lines: Lines, { id, group, splitColumn, shares, order }: Draft): void {
  if (id !== undefined) {
    lines.guess(1, `id: ${id.why}`);
    lines.plain(1, `id: ${scalar(id.value)}`);
  }
  if (group !== undefined) {
    lines.guess(1, `group: ${group.why}`);
    lines.plain(1, `group: ${scalar(group.value)}`);
  }
  if (splitColumn !== undefined) {
    lines.guess(1, `split: ${splitColumn.why}`);
    lines.plain(1, `split: { by: column, column: ${scalar(splitColumn.value)} }`);
  } else {
    if (shares !== undefined) lines.guess(1, `split: ${shares.why}`);
    const parts =
      shares === undefined
        ? []
        : [`train: ${shares.value.train}`, `validation: ${shares.value.validation}`, "test: 0.2"];
    const words = [...(group === undefined ? [] : ["by: group"]), ...parts];
    if (words.length > 0) lines.plain(1, `split: { ${words.join(", ")} }`);
  }
  if (order === undefined) return;
  lines.guess(
    1,
    `order: ${order.why}: if rows follow each other in time, take the # off the next lines, and split by time`,
  );
  lines.plain(1, `# order: ${scalar(order.value)}`);
  const taken = splitColumn !== undefined || group !== undefined || shares !== undefined;
  lines.plain(1, `# split: { by: time }${taken ? "   # in place of the split above" : ""}`);
}

function writeMissing(lines: Lines, { missingValues, missing }: Draft): void {
  for (const { value, why } of missingValues) lines.guess(1, `missingValues: ${JSON.stringify(value)} ${why}`);
  if (missingValues.length > 0)
    lines.plain(1, `missingValues: [${missingValues.map(({ value }) => JSON.stringify(value)).join(", ")}]`);
  if (missing === undefined) return;
  lines.guess(1, `missing: ${missing.value}: ${missing.why}`);
  lines.plain(1, `missing: ${missing.value}`);
  if (missing.value === "mean") lines.plain(1, "missingIndicator: true");
}

function writeModality(
  lines: Lines,
  { tables, main, namesFile, key, modalities }: Draft,
  modality: DraftModality,
  base: Dialect,
  fileOf: (file: string) => string,
): void {
  const table = tables[modality.table];
  lines.guess(2, `${modality.name}: ${modality.why}`);
  lines.plain(2, `${scalar(modality.name)}:`);
  if (!(namesFile && modality.table === main)) {
    lines.plain(3, `file: ${scalar(fileOf(table.file))}`);
    const own = key?.columns[modality.table] ?? [];
    if (key !== undefined && own.join("\n") !== key.join.join("\n")) lines.plain(3, `key: ${list(own)}`);
    writeDialect(lines, 3, against(table.dialect, base), table.found, table.file);
  }
  const { pattern, more } = patternOf(modality, table.columns, [...table.unused]);
  if (modality.columns.length > 0) {
    if (pattern !== undefined) lines.plain(3, `columns: [${quoted(pattern)}]   # ${modality.columns.length} columns`);
    else writeList(lines, "columns", modality.columns);
  }
  for (const { column, why } of modality.categories) lines.guess(3, `categories: "${column}" ${why}`);
  if (modality.categories.length > 0)
    writeList(
      lines,
      "categories",
      modality.categories.map(({ column }) => column),
    );
  // Those of a table are offered once, in its first modality.
  const offered = modalities.find(({ table: of }) => of === modality.table) === modality ? table.dates : [];
  if (offered.length > 0) {
    const parts = offered.map((column) => `${scalar(column)}: [trend, year]`).join(", ");
    const those =
      offered.length === 1
        ? "a column of dates; take the # off to read it"
        : "columns of dates; take the # off to read them";
    lines.plain(3, `# dates: { ${parts} }   # ${those} as a feature (trend, year, week, day)`);
  }
  const exclude = [...modality.exclude, ...more];
  if (exclude.length > 0) lines.plain(3, "exclude:");
  for (const { column, why } of exclude) {
    lines.guesses.push(`exclude in ${modality.name}: "${column}" ${why}`);
    lines.plain(4, `- ${scalar(column)}   # ${shown(why)}`);
  }
  for (const remark of modality.remarks) lines.guess(3, remark);
}

/** A pattern for the columns, where it stands for them and for what is excluded with a reason. */
function patternOf(
  { pattern, columns, categories, exclude }: DraftModality,
  all: readonly string[],
  unused: readonly LeftOut[],
): { readonly pattern?: string; readonly more: readonly LeftOut[] } {
  const tried = pattern ?? (columns.length > mostListed ? "*" : undefined);
  if (tried === undefined || all.includes(tried)) return { more: [] };
  const matched = resolveColumns([tried], all, "init");
  const named = new Set([
    ...columns,
    ...categories.map(({ column }) => column),
    ...exclude.map(({ column }) => column),
  ]);
  const more = matched
    .filter((column) => !named.has(column))
    .map((column) => unused.find((each) => each.column === column));
  if (!columns.every((column) => matched.includes(column)) || more.includes(undefined)) return { more: [] };
  return { pattern: tried, more: more as LeftOut[] };
}

/** The words of a table where those of the section do not hold for it. */
function against(own: Dialect, base: Dialect): Dialect {
  const usual: Dialect = { decimal: ".", unitsRow: false, skipRows: 0, rowNames: false };
  const said = dialectNames.filter(
    (name) => base[name] !== undefined && own[name] === undefined && usual[name] !== undefined,
  );
  return { ...own, ...Object.fromEntries(said.map((name) => [name, usual[name]])) };
}

function writeDialect(lines: Lines, depth: number, dialect: Dialect, found: readonly string[], file: string): void {
  for (const each of found) lines.guess(depth, `${file}: ${each}`);
  for (const name of dialectNames) {
    const value = dialect[name];
    if (value !== undefined) lines.plain(depth, `${name}: ${JSON.stringify(value)}`);
  }
}

function writeList(lines: Lines, name: string, columns: readonly string[]): void {
  const whole = `${name}: [${columns.map(scalar).join(", ")}]`;
  if (whole.length <= width) lines.plain(3, whole);
  else {
    lines.plain(3, `${name}:`);
    for (const column of columns) lines.plain(4, `- ${scalar(column)}`);
  }
}

function byReason(unused: readonly LeftOut[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { column, why } of unused) reasons.set(why, [...(reasons.get(why) ?? []), column]);
  return reasons;
}

function some(columns: readonly string[]): string {
  const listed = columns.slice(0, 6).map((column) => `"${column}"`);
  return `${listed.join(", ")}${columns.length > 6 ? ` and ${columns.length - 6} more` : ""}`;
}

function list(names: readonly string[]): string {
  return names.length === 1 ? scalar(names[0]) : `[${names.map(scalar).join(", ")}]`;
}

/** A text as YAML: plain where nothing can be mistaken, else in double quotes. */
function scalar(text: string): string {
  const plain =
    /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(text) && !/^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i.test(text);
  return plain && shown(text) === text ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Lines of a comment, none much longer than allowed. */
function wrapped(text: string, most: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line.length + 1 + word.length > most && line.length > 2) lines.push(`#   ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
