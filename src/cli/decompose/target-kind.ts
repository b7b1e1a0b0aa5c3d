import { MarkCounts } from "../../data/categories/codes.js";
import { type MissingMarks, meansMissing, missingMarks } from "../../data/missing/missing-marks.js";
import { NumberFormat } from "../../data/table/number-format.js";
import { InputError } from "../../errors.js";
import { fewestClassRows, mostClassModalities } from "../../pid/discrete/class-types.js";
import { mostClasses } from "../../pid/estimate/target-entropy.js";
import { plural } from "../../report/text.js";
import { dialectOf } from "../dialect-of.js";
import type { TableLayout } from "./layout.js";
import { loneClasses } from "./lone-classes.js";
import { missingValues } from "./missing-values.js";
import { openRows } from "./open-rows.js";
import type { DecomposeArguments } from "./options.js";
import type { StageProgress } from "./progress.js";
import { mostlyNumbers, refuseCells } from "./target-cells.js";

/** How the target is read, and why. */
export interface TargetKind {
  readonly kind: "class" | "number";
  readonly reason: string;
}

/** A target of classes. */
export interface ClassTarget extends TargetKind {
  readonly kind: "class";
  readonly layout: TableLayout;
  /** Names of the classes, ascending. */
  readonly classes: readonly string[];
  /** [rows] number of the class of each row of the table, -1 = no value */
  readonly codes: Int32Array;
  /** Sentences about labels that may mean "missing". */
  readonly warnings: readonly string[];
}

/** Most classes where classes are asked for. */
const mostAsked = 50;

/**
 * How the target is read. As classes where it takes at most 10 different values, numbers or text (of several targets:
 * combinations of values), unless a choice belongs to the reading as a number; otherwise as a number.
 * @throws InputError for text of more values, for text among numbers, and for choices that do not go with classes
 */
export async function readTarget(
  args: DecomposeArguments,
  progress: StageProgress,
): Promise<ClassTarget | (TargetKind & { readonly kind: "number" })> {
  const asked = args["target-kind"];
  const choice = numberChoice(args);
  if (asked === "number" || choice !== null)
    await refuseText(args, asked === "number" ? "--target-kind number" : `${choice}`, progress);
  if (asked === "number") return { kind: "number", reason: "as asked" };
  if (asked === "class" && choice !== null) {
    throw new InputError(
      `--target-kind class reads the target as classes, and ${choice} belongs to its reading as a number; ` +
        "leave one of the two out",
    );
  }
  if (choice !== null) return { kind: "number", reason: `${choice} belongs to that reading` };
  const values = await readValues(args, asked === "class" ? mostAsked : mostClasses, progress);
  const name = values.layout.targets.join(", ");
  if (asked !== "class") {
    if (values.tooMany && values.texts.size > 0 && mostlyNumbers(values.counts))
      await refuseCells(args, values.layout.targets);
    const why = numberReason(values, name);
    if (why !== null) return { kind: "number", reason: why };
  } else refuseAsked(values, name);
  return classTarget(values, asked === "class" ? "as asked" : undefined);
}

/** @throws InputError where every value of a target is text, which no choice makes a number */
async function refuseText(args: DecomposeArguments, choice: string, progress: StageProgress): Promise<void> {
  const { layout, counts, texts } = await readValues(args, mostClasses, progress, true);
  const [text] = texts;
  if (text === undefined || layout.targets.length > 1 || texts.size < counts.size || mostlyNumbers(counts)) return;
  const why =
    choice === "--partial"
      ? "--partial writes moments of numbers, and tables of counts are not merged; decompose the whole table"
      : `${choice} belongs to the reading of numbers; leave it out`;
  throw new InputError(
    `target "${layout.targets[0]}" is text ("${text}"), which is read as classes, but ${why}, or name a column of numbers`,
  );
}

/** The choice that only the reading as a number knows, or null. */
function numberChoice(args: DecomposeArguments): string | null {
  if (args.transform !== "none") return "--transform";
  if (args.estimator !== "auto") return `--estimator ${args.estimator}`;
  if (args.measure !== "broja") return `--measure ${args.measure}`;
  if (args.partial !== undefined) return "--partial";
  if (args.stream) return "--stream";
  if (args.check === true) return "--check";
  return null;
}

interface TargetValues {
  readonly layout: TableLayout;
  /** Number of rows by value, in order of appearance; no more values than were asked for, and one. */
  readonly counts: ReadonlyMap<string, number>;
  /** Values that are text. */
  readonly texts: ReadonlySet<string>;
  readonly codes: readonly Int32Array[];
  readonly tooMany: boolean;
  readonly modalities: number;
  /** Texts of each target that were read as missing. */
  readonly marked: readonly MarkCounts[];
}

/** Nothing failed: more values are not needed to know what the target is. */
class EnoughValues extends Error {}

/** @param untilNumber ends with the first value that is a number */
async function readValues(
  args: DecomposeArguments,
  most: number,
  progress: StageProgress,
  untilNumber = false,
): Promise<TargetValues> {
  const marks = missingMarks(missingValues(args));
  const dialect = dialectOf(args);
  const format = new NumberFormat(dialect);
  const meant = (text: string | null) => canonical(text, marks, format);
  const { table, layout } = await openRows(args);
  const counts = new Map<string, number>();
  const numbers = new Map<string, number>();
  const texts = new Set<string>();
  const codes: Int32Array[] = [];
  try {
    const marked = layout.targets.map(() => new MarkCounts());
    const read = { layout, counts, texts, codes, modalities: layout.modalities.length, marked };
    try {
      await table.stream({ numbers: [], texts: layout.targets }, (chunk) => {
        const own = new Int32Array(chunk.rows).fill(-1);
        for (let r = 0; r < chunk.rows; r++) {
          const parts = chunk.texts.map((column) => meant(column[r]));
          for (const [t, column] of chunk.texts.entries()) marked[t].add(column[r]);
          if (parts.some((part) => part === null)) continue;
          const value = labelOf(layout.targets, parts as Value[]);
          for (const part of parts as Value[]) if (part.isText) texts.add(part.text);
          const code = numbers.get(value) ?? numbers.size;
          numbers.set(value, code);
          counts.set(value, (counts.get(value) ?? 0) + 1);
          own[r] = code;
          if (counts.size > most || (untilNumber && texts.size < counts.size)) throw new EnoughValues();
        }
        codes.push(own);
        progress.update("target values read", chunk.firstRow + chunk.rows);
      });
    } catch (error) {
      if (!(error instanceof EnoughValues)) throw error;
      return { ...read, tooMany: true };
    }
    return { ...read, tooMany: false };
  } finally {
    progress.stop();
    table.close();
  }
}

interface Value {
  readonly text: string;
  readonly isText: boolean;
}

/** 1, 1.0 and 1e0 are one number. */
function canonical(text: string | null, marks: MissingMarks, format: NumberFormat): Value | null {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "" || meansMissing(trimmed, marks)) return null;
  const number = format.number(trimmed);
  return number !== undefined && Number.isFinite(number)
    ? { text: String(number), isText: false }
    : { text: trimmed, isText: true };
}

function labelOf(targets: readonly string[], parts: readonly Value[]): string {
  if (parts.length === 1) return parts[0].text;
  return parts.map(({ text }, t) => `${targets[t]}=${text}`).join(", ");
}

/** Why a target is read as a number though nobody asked for it; null where it is one of classes. */
function numberReason(values: TargetValues, name: string): string | null {
  const { counts, texts, tooMany, modalities } = values;
  const [text] = texts;
  refuseMixture(values, name);
  if (tooMany) {
    if (text === undefined) return `more than ${mostClasses} different values`;
    throw new InputError(
      `target "${name}": text of more than ${mostClasses} different values, among them "${text}"; it is neither a number nor one ` +
        `of a few classes. --target-kind class reads up to ${mostAsked} of them as classes; otherwise name a column of numbers`,
    );
  }
  const rows = rowsOf(values);
  const why =
    counts.size < 2
      ? `it takes one value only${markedWords(values)}`
      : rows < fewestClassRows
        ? `its ${rows} rows are too few to learn classes from (${fewestClassRows} are needed)${markedWords(values)}`
        : modalities > mostClassModalities
          ? `classes are read from up to ${mostClassModalities} modalities`
          : null;
  if (why === null || text === undefined) return why;
  throw new InputError(`target "${name}" is text, which is read as classes, but ${why}`);
}

/** What of the target was read as missing though it may be a class; among numbers nobody takes NA for a name. */
function markedWords({ texts, marked, layout }: TargetValues): string {
  if (texts.size === 0) return "";
  const found = layout.targets.flatMap((target, t) =>
    marked[t].summary === "" ? [] : [`${layout.targets.length > 1 ? `${target}: ` : ""}${marked[t].summary}`],
  );
  return found.length === 0
    ? ""
    : `; ${found.join("; ")} was read as missing: if that is a class, write it another way in the table`;
}

/** @throws InputError for text among numbers: a label, or a mark that nobody named */
function refuseMixture({ layout, counts, texts, tooMany }: TargetValues, name: string): void {
  if (texts.size === 0 || layout.targets.length > 1 || texts.size === counts.size || tooMany) return;
  const [[odd, rows], ...others] = [...counts].sort(([, a], [, b]) => a - b);
  const isFirst = rows === 1 && texts.has(odd) && counts.keys().next().value === odd;
  const units = isFirst ? "If it is the unit below the header, give --units-row; if it" : "If it";
  throw new InputError(
    `target "${name}" holds text and numbers: "${odd}" in ${plural(rows, "row", "rows")}, beside ` +
      `${others
        .slice(-3)
        .map(([value]) => `"${value}"`)
        .join(
          ", ",
        )}. ${units} means "missing", give --missing-values="${odd}"; if all are labels of classes, give --target-kind class`,
  );
}

function refuseAsked(values: TargetValues, name: string): void {
  const { counts, tooMany, modalities } = values;
  const rows = rowsOf(values);
  if (tooMany) {
    throw new InputError(`--target-kind class: target "${name}" takes more than ${mostAsked} different values`);
  }
  if (counts.size < 2) {
    throw new InputError(
      `--target-kind class: target "${name}" takes one value only, so there is nothing to know about it${markedWords(values)}`,
    );
  }
  if (rows < fewestClassRows) {
    throw new InputError(
      `--target-kind class: at least ${fewestClassRows} rows with a target are needed to learn classes from, got ${rows}${markedWords(values)}`,
    );
  }
  if (modalities > mostClassModalities) {
    throw new InputError(
      `--target-kind class: classes are read from up to ${mostClassModalities} modalities, got ${modalities}; ` +
        "join some of them, or name fewer",
    );
  }
}

function rowsOf({ counts }: TargetValues): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function classTarget({ layout, counts, codes, texts, marked }: TargetValues, reason: string | undefined): ClassTarget {
  const found = [...counts.keys()];
  const collator = new Intl.Collator("en", { numeric: true });
  const numeric = texts.size === 0 && layout.targets.length === 1;
  const classes = [...found].sort(numeric ? (a, b) => Number(a) - Number(b) : collator.compare);
  const place = Int32Array.from(found, (value) => classes.indexOf(value));
  const all = new Int32Array(codes.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of codes) {
    all.set(
      part.map((code) => (code < 0 ? -1 : place[code])),
      at,
    );
    at += part.length;
  }
  const what = texts.size === 0 ? "values" : layout.targets.length > 1 ? "values" : "labels";
  return {
    ...{ kind: "class", layout, classes, codes: all },
    reason: reason ?? `it takes ${classes.length} different ${what}`,
    warnings: [
      ...[...texts]
        .filter((text) => !/[\p{L}\p{N}]/u.test(text))
        .map((text) => `the class "${text}" of the target may mean "missing"; if so, give --missing-values="${text}"`),
      ...loneClasses(classes, all),
      // among numbers nobody takes NA for a name
      ...(texts.size === 0 ? [] : layout.targets.flatMap((target, t) => marked[t].messages(target))),
    ],
  };
}
