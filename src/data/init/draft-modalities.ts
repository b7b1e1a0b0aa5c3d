import type { ColumnRole } from "./column-role.js";
import type { DraftModality } from "./draft.js";
import { familiesOf, modalityName } from "./families.js";
import type { ColumnFacts } from "./survey.js";

/** A column with what it seems to be. */
export interface Column {
  readonly facts: ColumnFacts;
  readonly role: ColumnRole;
}

/**
 * Modalities of the features: with several tables one of each, else by families of names.
 * @param features of each table
 * @param several whether several tables are joined
 */
export function modalitiesOf(
  tables: readonly { readonly label: string }[],
  features: readonly (readonly Column[])[],
  several: boolean,
): DraftModality[] {
  const all = features.flatMap((own, table) => {
    if (own.length === 0) return [];
    const stem = modalityName(stemOf(tables[table].label), `table${table + 1}`);
    const families = familiesOf(own.map(({ facts, role }) => ({ name: facts.name, number: role.kind === "number" })));
    if (several) {
      const also =
        families.length < 2
          ? ""
          : `; by their names they could be ${families.map(({ pattern }) => pattern).join(", ")}`;
      return [modality(stem, table, own, `the columns of ${tables[table].label}${also}`)];
    }
    const rest = own.filter(({ facts }) => !families.some(({ columns }) => columns.includes(facts.name)));
    const made = families.map(({ name, pattern, columns, why }) => ({
      ...modality(
        name,
        table,
        own.filter(({ facts }) => columns.includes(facts.name)),
        why,
      ),
      ...(pattern === undefined ? {} : { pattern }),
    }));
    const what =
      families.length === 0
        ? "no families of names were found: divide them as they were acquired"
        : "the other columns";
    return rest.length === 0
      ? made
      : [...made, modality(families.length === 0 ? "features" : "other", table, rest, what)];
  });
  const seen = new Map<string, number>();
  return all.map((each) => {
    const count = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name}-${count}` };
  });
}

function modality(name: string, table: number, own: readonly Column[], why: string): DraftModality {
  const without = own.filter(({ role }) => role.kind === "constant" || role.kind === "empty");
  const numbers = own.filter(({ role }) => role.kind === "number");
  const few = numbers.filter(({ facts }) => facts.whole && (facts.distinct ?? 99) > 2 && (facts.distinct ?? 99) <= 6);
  return {
    ...{ name, table, why },
    columns: numbers.map(({ facts }) => facts.name),
    categories: own
      .filter(({ role }) => role.kind === "category")
      .map(({ facts, role }) => ({ column: facts.name, why: role.why as string })),
    exclude: without.map(({ facts, role }) => ({ column: facts.name, why: role.why as string })),
    remarks: few.map(
      ({ facts }) =>
        `"${facts.name}" holds ${facts.distinct} whole numbers and is read as a number: if they are codes, move it to categories`,
    ),
  };
}

function stemOf(file: string): string {
  const base =
    file
      .split(/[\\/]/)
      .filter((part) => part !== "")
      .at(-1) ?? file;
  return base.replace(/(\.[A-Za-z]\w{0,7}){1,2}$/, "");
}
