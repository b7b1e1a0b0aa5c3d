import { InputError } from "../../errors.js";
import { noMarks } from "../missing/missing-marks.js";
import { readOrder } from "../order/row-order.js";
import { timeColumns } from "../order/suggest-order.js";
import { describeColumns } from "../table/columns.js";
import { readColumns } from "../table/read-columns.js";
import { roleOf, snakeCase } from "./column-role.js";
import type { Draft, DraftTable, LeftOut, Reasoned } from "./draft.js";
import { type Column, modalitiesOf } from "./draft-modalities.js";
import { type FoundKey, findKey, isIdName, isSessionName, type OpenSurvey } from "./find-key.js";
import type { GuessedDialect } from "./guess-dialect.js";
import { missingFound } from "./missing-found.js";
import type { ColumnFacts } from "./survey.js";

/** What the user says. */
export interface InitRequest {
  readonly targets: readonly string[];
  readonly group?: string;
  readonly id?: string;
  readonly join: readonly string[];
}

/** A table that was looked through, with how it is written. */
export interface ReadTable extends OpenSurvey {
  readonly dialect: GuessedDialect;
}

/** Names of spans of time, and of when somebody was born. */
const noOrder =
  /(^|_)(ages?|birth\w*|born|dob|geb\w*|duration|since|until|tenure|education|lag|response|reaction)(_|$)/;

/** Values of a target from which on it is a number. */
const fewValues = 10;

/**
 * What a config of these tables may say, from what stands in them.
 * @throws InputError for a target, a group or a key that cannot be found
 */
export async function propose(tables: readonly ReadTable[], request: InitRequest, name: string): Promise<Draft> {
  const main = mainTable(tables, request.targets);
  const key = await findKey(tables, main, request.join);
  const columns = tables.map((table) =>
    table.columns.map((facts): Column => ({ facts, role: roleOf(facts, table.dialect.dialect) })),
  );
  const { targets, classes } = requireTargets(columns[main], request.targets, tables[main].label);
  const { id, group, namesFile } = names(tables, columns, { main, key, request });
  const splitColumn = splitOf(columns[main], group);
  const orders = await ordersOf(tables[main], columns[main], targets, splitColumn?.value);
  const reserved = new Map<string, string>([
    ...targets.map((target): [string, string] => [target, "is the target"]),
    ...(group === undefined ? [] : [[group.value, "is the group"] as const]),
    ...(splitColumn === undefined ? [] : [[splitColumn.value, "says the parts of the split"] as const]),
    ...orders.map((order): [string, string] => [order, "says when rows were measured"]),
  ]);
  const sorted = columns.map((own, i) => sortColumns(own, { reserved, key: key?.columns[i] ?? [], id: id?.value }));
  const missing = missingFound([
    ...sorted.flatMap(({ features }) => features),
    ...columns[main].filter(({ facts }) => targets.includes(facts.name)),
  ]);
  const several = sorted.filter(({ features }) => features.length > 0).length > 1;
  return {
    ...{ name, main, namesFile, targets, missingValues: missing.values },
    ...(classes === undefined ? {} : { classes }),
    tables: tables.map(
      (table, i): DraftTable => ({
        file: table.label,
        columns: table.columns.map((facts) => facts.name),
        ...table.dialect,
        unused: sorted[i].unused,
        dates: columns[i].flatMap(({ facts, role }) => (role.kind === "date" ? [facts.name] : [])),
      }),
    ),
    modalities: modalitiesOf(
      tables,
      sorted.map(({ features }) => features),
      several,
    ),
    remarks: [...missing.open, ...targetRemarks(columns[main], targets, classes)],
    ...(key === undefined ? {} : { key }),
    ...(id === undefined ? {} : { id }),
    ...(group === undefined ? {} : { group }),
    ...(splitColumn === undefined ? {} : { splitColumn }),
    ...(orders.length === 0
      ? {}
      : { order: { value: orders[0], why: `"${orders[0]}" can be read as the time of rows` } }),
  };
}

function mainTable(tables: readonly ReadTable[], targets: readonly string[]): number {
  const main = tables.findIndex(({ columns }) =>
    targets.every((target) => columns.some(({ name }) => name === target)),
  );
  if (main >= 0) return main;
  const lacking = targets.find((target) => tables.every(({ columns }) => columns.every(({ name }) => name !== target)));
  if (lacking === undefined)
    throw new InputError(
      `--target ${targets.join(",")}: the targets stand in different tables; they have to be in one`,
    );
  const listing = tables.map(
    ({ label, columns }) =>
      `${label}: ${describeColumns(
        lacking,
        columns.map(({ name }) => name),
      )}`,
  );
  throw new InputError(`--target: there is no column "${lacking}". ${listing.join(" ")}`);
}

/** The targets, and why they are classes, where they are. @throws InputError for a column that is none */
function requireTargets(
  columns: readonly Column[],
  targets: readonly string[],
  label: string,
): { readonly targets: readonly string[]; readonly classes?: string } {
  const found = targets.map((target) => columns.find(({ facts }) => facts.name === target) as Column);
  const [first] = found;
  const classes = found.length === 1 ? classesOf(first) : undefined;
  if (classes !== undefined) return { targets, classes };
  for (const { facts, role } of found) {
    if (facts.numbers > 0 && role.kind === "number") continue;
    const several = found.length > 1 && classesOf({ facts, role }) !== undefined;
    throw new InputError(
      `--target ${facts.name}: column "${facts.name}" of ${label} ${role.why ?? "has no numbers"}; a target is a column of numbers, ` +
        `or one of words or few whole numbers that name classes${several ? ", which is a target by itself" : ""}.`,
    );
  }
  return { targets };
}

/** Rows that a class has on average for a few whole numbers to be classes. */
const rowsEach = 10;

/** Why a column names classes: words of which there are few, codes, or a few whole numbers; undefined where it does not. */
function classesOf({ facts, role }: Column): string | undefined {
  const { name, numbers, whole, distinct = Number.POSITIVE_INFINITY } = facts;
  const asNumber = `where it is a number, write target: { column: ${JSON.stringify(name)}, kind: number }`;
  if (role.kind === "category") return `"${name}" ${role.why}${numbers > 0 ? `; ${asNumber}` : ""}`;
  const different = distinct - role.marks.length;
  if (role.kind !== "number" || !whole || different > fewValues || numbers < rowsEach * different) return undefined;
  return `"${name}" takes ${different} different whole numbers only, which are read as classes; ${asNumber}`;
}

function targetRemarks(columns: readonly Column[], targets: readonly string[], classes: string | undefined): string[] {
  if (classes !== undefined) return [];
  return columns.flatMap(({ facts: { name, distinct } }) =>
    targets.includes(name) && distinct !== undefined && distinct <= fewValues
      ? [
          `target "${name}" has ${distinct} different values only: if they are classes, write target: { column: ${JSON.stringify(name)}, kind: class }`,
        ]
      : [],
  );
}

/** Columns that name rows and groups. @throws InputError for one that no table has, or that cannot be reached */
function names(
  tables: readonly ReadTable[],
  columns: readonly (readonly Column[])[],
  { main, key, request }: { readonly main: number; readonly key: FoundKey | undefined; readonly request: InitRequest },
): { readonly id?: Reasoned<string>; readonly group?: Reasoned<string>; readonly namesFile: boolean } {
  const has = (i: number, name: string) => columns[i].some(({ facts }) => facts.name === name);
  for (const [option, name] of [
    ["group", request.group],
    ["id", request.id],
  ] as const) {
    if (name === undefined || columns.some((_, i) => has(i, name))) continue;
    const all = columns.flatMap((own) => own.map(({ facts }) => facts.name));
    throw new InputError(`--${option}: there is no column "${name}". ${describeColumns(name, all)}`);
  }
  const { group: asked, id: named } = request;
  const elsewhere = [asked, named].find((name) => name !== undefined && !has(main, name));
  if (elsewhere !== undefined && columns.filter((_, i) => has(i, elsewhere)).length > 1) {
    throw new InputError(
      `"${elsewhere}" stands in several tables, but not in ${tables[main].label}, which has the target; write it there`,
    );
  }
  const id =
    named === undefined
      ? key === undefined
        ? guessId(columns[main])
        : undefined
      : { value: named, why: "asked for with --id" };
  const group = asked === undefined ? guessGroup(columns[main]) : { value: asked, why: "asked for with --group" };
  return {
    namesFile: elsewhere === undefined,
    ...(id === undefined ? {} : { id }),
    ...(group === undefined ? {} : { group }),
  };
}

function guessId(columns: readonly Column[]): Reasoned<string> | undefined {
  const complete = columns.filter(({ facts }) => facts.unique && facts.missing === 0 && facts.whole);
  const byName = complete.find(({ facts }) => isIdName(facts.name));
  if (byName !== undefined)
    return { value: byName.facts.name, why: `"${byName.facts.name}" is called so and has another value in every row` };
  const byWords = complete.find(({ role }) => role.kind === "names");
  return byWords && { value: byWords.facts.name, why: `"${byWords.facts.name}" has another text in every row` };
}

/** People with several rows. */
function guessGroup(columns: readonly Column[]): Reasoned<string> | undefined {
  const found = columns.find(
    ({ facts: { name, unique, empty, whole, rows, distinct = rows } }) =>
      isIdName(name) && !unique && empty === 0 && whole && distinct >= 5 && distinct < rows,
  );
  if (found === undefined) return undefined;
  const { name, distinct, rows } = found.facts;
  return {
    value: name,
    why: `"${name}" names ${distinct ?? "some"} in ${rows} rows: rows of one must not stand in two parts`,
  };
}

/** A column that says of each row to which part it belongs. */
function splitOf(columns: readonly Column[], group: Reasoned<string> | undefined): Reasoned<string> | undefined {
  const parts = ["test", "train", "validation"];
  const found = columns.find(
    ({ facts }) => facts.missing === 0 && facts.numbers === 0 && [...facts.words.keys()].sort().join() === parts.join(),
  );
  if (found === undefined || found.facts.name === group?.value) return undefined;
  return { value: found.facts.name, why: `"${found.facts.name}" holds train, validation and test` };
}

/** Columns that can be read as the order of rows, dates and what is called a time. */
async function ordersOf(
  table: ReadTable,
  columns: readonly Column[],
  targets: readonly string[],
  split: string | undefined,
): Promise<string[]> {
  const called = timeColumns(columns.map(({ facts }) => facts.name));
  const candidates = columns.filter(
    ({ facts: { name, rows, values, distinct = rows }, role }) =>
      !targets.includes(name) &&
      name !== split &&
      !noOrder.test(snakeCase(name)) &&
      (role.kind === "date" ||
        (called.includes(name) && role.kind === "number" && 2 * distinct > rows && isAscending(values))),
  );
  if (candidates.length === 0) return [];
  const { texts } = await readColumns(
    table.source,
    [],
    candidates.map(({ facts }) => facts.name),
  );
  return [...texts].flatMap(([column, values]) => {
    try {
      readOrder({ label: table.label, column, texts: values, marks: noMarks });
      return [column];
    } catch (error) {
      // Dates of other forms are left out for what they are.
      if (error instanceof InputError) return [];
      throw error;
    }
  });
}

/** A number that is only called like a time, and in no order, may be a measurement. */
function isAscending(values: Float64Array): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]);
}

/** Columns that may be features, and the others with the reason. */
function sortColumns(
  columns: readonly Column[],
  taken: {
    readonly reserved: ReadonlyMap<string, string>;
    readonly key: readonly string[];
    readonly id: string | undefined;
  },
): { readonly features: readonly Column[]; readonly unused: readonly LeftOut[] } {
  const reason = ({ facts, role }: Column): string | undefined => {
    const { name } = facts;
    if (taken.key.includes(name)) return "is the key of the join";
    if (name === taken.id) return "names the rows";
    const reserved = taken.reserved.get(name);
    if (reserved !== undefined) return reserved;
    if (role.kind === "constant" || role.kind === "empty") return undefined;
    if (["names", "date", "left out"].includes(role.kind)) return role.why;
    if (isIdName(name)) return "names people, samples or rows by what it is called";
    if (isSessionName(name)) return "names visits or sessions by what it is called";
    return isRowNumber(facts) ? "counts the rows" : undefined;
  };
  const unused = columns.flatMap((column) => {
    const why = reason(column);
    return why === undefined ? [] : [{ column: column.facts.name, why }];
  });
  return { features: columns.filter((column) => reason(column) === undefined), unused };
}

/** 0, 1, 2, .. or 1, 2, 3, .. in a column without a name of its own. */
function isRowNumber({ name, values, words }: ColumnFacts): boolean {
  const called = /^(column\d+|unnamed.*|index|row|row_?n(r|o|umber)?|nr|no|x|v1)$/i.test(snakeCase(name));
  return called && words.size === 0 && values.length > 1 && values.every((value, i) => value === values[0] + i);
}
