import type { Dialect } from "../../config/dialect.js";
import { readDate } from "../order/date-text.js";
import type { BadCells } from "../table/bad-cells.js";
import { type KnownCells, type WordKind, withKind, wordRemedies } from "../table/word-kinds.js";
import type { ColumnFacts } from "./survey.js";

/** What a column seems to be. */
export type ColumnKind = "empty" | "constant" | "number" | "category" | "date" | "names" | "left out";

/** What a column seems to be, with what was seen. */
export interface ColumnRole {
  readonly kind: ColumnKind;
  /** Why, where it is no plain column of numbers. */
  readonly why?: string;
  /** Texts that stand for a missing value. */
  readonly marks: readonly string[];
}

/** Categories have at most so many values, */
const mostCategories = 50;
/** and so many rows for each on average. */
const fewestRowsEach = 5;
/** Names of columns whose whole numbers are codes. */
const codeNames =
  /(^|_)(sex|gender|site|scanner|cent(er|re)|race|ethnic\w*|diagnosis|dx|group|code|type|class|zip\w*|postal\w*|region|country|hand|handed\w*|batch|manufacturer|vendor|protocol|category)($|_)/i;

/** A name in lower case with `_` between its words. */
export function snakeCase(name: string): string {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .toLowerCase();
}

/** What a column seems to be, by what stands in it and by its name. */
export function roleOf(facts: ColumnFacts, dialect: Dialect): ColumnRole {
  const { words, numbers, distinct = Number.POSITIVE_INFINITY } = facts;
  const listed = [...words].map(([text, count]) => ({ text, count }));
  const marks = listed.filter(({ text, count }) => isMark(text, count, numbers, dialect));
  const meant = listed.filter((each) => !marks.includes(each));
  const texts = marks.map(({ text }) => text);
  const wordCells = meant.reduce((sum, { count }) => sum + count, 0);
  const known = numbers + wordCells;
  const different = distinct - marks.length;
  if (known === 0) return { kind: "empty", why: "has no value", marks: texts };
  if (different === 1) return { kind: "constant", why: "has one value in all rows", marks: texts };
  if (wordCells === 0) return numberRole(facts, { known, different, texts });
  if (numbers === 0 && meant.every(({ text }) => readDate(text) !== undefined))
    return { kind: "date", why: "holds dates", marks: texts };
  if (isFew(different, known) && wordCells >= 0.2 * known)
    return { kind: "category", why: `holds ${different} different words`, marks: texts };
  if (numbers < wordCells && facts.unique && facts.missing === 0)
    return { kind: "names", why: "has another text in every row", marks: texts };
  return {
    kind: "left out",
    why: mixedWhy(facts.name, { meant, wordCells, numbers, different }, dialect),
    marks: texts,
  };
}

function isMark(text: string, count: number, numbers: number, dialect: Dialect): boolean {
  if (/^[^\p{L}\p{N}]+$/u.test(text)) return true;
  return numbers > 0 && kindOf({ column: "", row: 0, cells: count, texts: [{ text, count }] }, dialect) === "mark";
}

function kindOf(cells: BadCells, dialect: Dialect): WordKind {
  return withKind(cells, dialect).kind;
}

function isFew(different: number, known: number): boolean {
  return different <= mostCategories && known >= fewestRowsEach * different;
}

function numberRole(
  { name, whole, zerosInFront, unique }: ColumnFacts,
  {
    known,
    different,
    texts,
  }: { readonly known: number; readonly different: number; readonly texts: readonly string[] },
): ColumnRole {
  const few = isFew(different, known);
  if (zerosInFront && whole) {
    if (few) return { kind: "category", why: "holds codes with zeros in front", marks: texts };
    return {
      kind: unique ? "names" : "left out",
      why: "holds codes with zeros in front, too many for categories",
      marks: texts,
    };
  }
  if (whole && few && different > 2 && codeNames.test(snakeCase(name)))
    return { kind: "category", why: `holds ${different} whole numbers that are codes by its name`, marks: texts };
  return { kind: "number", marks: texts };
}

function mixedWhy(
  column: string,
  {
    meant,
    wordCells,
    numbers,
    different,
  }: {
    readonly meant: readonly { readonly text: string; readonly count: number }[];
    readonly wordCells: number;
    readonly numbers: number;
    readonly different: number;
  },
  dialect: Dialect,
): string {
  if (numbers === 0) return `holds ${different} different texts, too many for categories`;
  const cells: KnownCells = withKind({ column, row: 1, cells: wordCells, texts: meant }, dialect);
  const some = meant.slice(0, 3).map(({ text }) => `"${text}"`);
  return `holds ${numbers} numbers and ${wordCells} words (${some.join(", ")}): ${wordRemedies([cells])[0]}`;
}
