import { findSentinels } from "../missing/sentinel-values.js";
import type { ColumnRole } from "./column-role.js";
import type { Reasoned } from "./draft.js";
import { type ColumnFacts, endsOf } from "./survey.js";

/** A column with what it seems to be. */
export interface ReadColumn {
  readonly facts: ColumnFacts;
  readonly role: ColumnRole;
}

/**
 * Values that stand for a missing one: texts that are no words among numbers (`?`, `-`), and numbers of a code (-9999) that
 * repeat far outside all others of their column.
 * @param columns the columns that will be read as numbers or categories
 * @returns what is certain enough to be written, and sentences about what is not
 */
export function missingFound(columns: readonly ReadColumn[]): {
  readonly values: readonly Reasoned<string | number>[];
  readonly open: readonly string[];
} {
  const texts = new Map<string, string[]>();
  for (const { facts, role } of columns) {
    for (const mark of role.marks) texts.set(mark, [...(texts.get(mark) ?? []), facts.name]);
  }
  const marks = [...texts].map(([value, names]) => ({ value, why: `stands in ${some(names)} in place of values` }));
  const numeric = columns.filter(({ role }) => role.kind === "number" || role.kind === "constant");
  const found = findSentinels(numeric.map(({ facts }) => ({ name: facts.name, ends: endsOf(facts) })));
  const values: Reasoned<string | number>[] = [...marks];
  const open: string[] = [];
  for (const value of new Set(found.map((each) => each.value))) {
    const own = found.filter((each) => each.value === value).map(({ column }) => column);
    const elsewhere = numeric.filter(({ facts }) => !own.includes(facts.name) && facts.values.includes(value));
    const why = `lies far outside all other values of ${some(own)}`;
    if (isCode(value) && (value <= -99 || elsewhere.length === 0)) values.push({ value, why });
    else open.push(`${value} ${why}: if it means "missing", add it to missingValues, which holds for all columns`);
  }
  return { values, open };
}

/** All nines, eights or sevens. */
function isCode(value: number): boolean {
  return /^-?(9{2,}|8{2,}|7{2,})(\.9+)?$/.test(String(value)) || /^-9$/.test(String(value));
}

function some(names: readonly string[]): string {
  const listed = names.slice(0, 3).map((name) => `"${name}"`);
  return `${listed.join(", ")}${names.length > 3 ? ` and ${names.length - 3} more columns` : ""}`;
}
