import type { Dialect } from "../../config/dialect.js";
import type { BadCells } from "./bad-cells.js";
import { flag, quotedList } from "./said-options.js";

/** What the words of a column are that stand where numbers are expected. */
export type WordKind =
  | "decimal comma"
  | "comma"
  | "decimal point"
  | "thousands"
  | "top-coded"
  | "unit"
  | "range"
  | "category"
  | "date"
  | "mark"
  | "text";

const groups = "[1-9]\\d{0,2}";
const number = "\\d+(?:\\.\\d*)?|\\.\\d+";

/** Kinds by their form, the first that fits. */
const forms: readonly (readonly [WordKind, RegExp])[] = [
  ["comma", new RegExp(`^[+-]?${groups},\\d{3}$`)],
  ["thousands", new RegExp(`^[+-]?${groups}(?:,\\d{3})+(?:\\.\\d*)?$`)],
  ["thousands", new RegExp(`^[+-]?${groups}(?:\\.\\d{3})+(?:,\\d*)?$`)],
  ["thousands", new RegExp(`^[+-]?${groups}(?:[ '\\u00a0\\u2009\\u202f\\u2019]\\d{3})+(?:[.,]\\d*)?$`)],
  ["decimal comma", /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i],
  ["decimal point", /^[+-]?(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?$/i],
  ["top-coded", new RegExp(`^(?:[<>≤≥]=?|under|over|above|below) *(?:${number})(?: *(?:y|years?))?$`, "i")],
  [
    "top-coded",
    new RegExp(
      `^(?:${number}) *(?:y|years?)? *(?:\\+|(?:or|and) (?:older|more|over|above|up|younger|less|under))$`,
      "i",
    ),
  ],
  ["date", /^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T].*)?$|^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}(?: .*)?$/],
  ["range", new RegExp(`^(?:${number}) *(?:-|–|to) *(?:${number})$`)],
  ["unit", new RegExp(`^[+-]?(?:${number}) *(?:%|[a-zµμ°][a-zµμ°/^²³0-9]{0,7})$`, "i")],
  ["category", /^(?:true|false|t|f|yes|no|y|n)$/i],
  ["mark", /^[^\p{L}\p{N}]+$|^#(?:NULL|DIV\/0|VALUE|REF|NUM|NAME)[!?]$/u],
  ["mark", /^(?:missing|unknown|unk|not (?:available|known|applicable|done)|n\.?d\.?|n\.?k\.?|void|blank)$/i],
];

const titles: Readonly<Record<WordKind, string>> = {
  "decimal comma": "decimal commas",
  comma: "a comma before three digits",
  "decimal point": "decimal points",
  thousands: "marks between thousands",
  "top-coded": "a top-coded value",
  unit: "numbers with a unit",
  range: "ranges",
  category: "categories",
  date: "dates",
  mark: "",
  text: "",
};

/** A column with the kind of its words. */
export interface KnownCells extends BadCells {
  readonly kind: WordKind;
}

/** What the words of a column are: of several kinds the one of most cells. */
export function withKind(cells: BadCells, dialect: Dialect): KnownCells {
  const counts = new Map<WordKind, number>();
  for (const { text, count } of cells.texts) {
    const kind = kindOf(text, dialect);
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  // One number that only a decimal comma explains decides for all that could be either.
  if (counts.has("decimal comma")) counts.set("decimal comma", Number.POSITIVE_INFINITY);
  else if (counts.has("thousands") && counts.has("comma")) counts.set("thousands", Number.POSITIVE_INFINITY);
  const [kind] = [...counts].reduce((most, other) => (other[1] > most[1] ? other : most));
  return { ...cells, kind: kind === "text" && dividesRows(cells) ? "category" : kind };
}

/** Few different words, each in several rows. */
function dividesRows({ cells, texts }: BadCells): boolean {
  return cells >= 3 * texts.length && texts.length <= 40 && cells === texts.reduce((sum, { count }) => sum + count, 0);
}

function kindOf(text: string, { decimal = "." }: Dialect): WordKind {
  const found = forms.find(([, form]) => form.test(text))?.[0] ?? "text";
  if (decimal === "," && (found === "thousands" || found === "decimal point"))
    return /\./.test(text) && !/,/.test(text) ? "decimal point" : found;
  return found;
}

/** `, a top-coded value`, behind the cells of a column; nothing for words that say it themselves. */
export function kindTitle({ kind }: KnownCells): string {
  return titles[kind] === "" ? "" : `, ${titles[kind]}`;
}

/** One sentence for each kind of word: what it means, and the key that mends it. */
export function wordRemedies(all: readonly KnownCells[]): string[] {
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  return kinds.map((kind) =>
    remedyOf(
      kind,
      all.filter((cells) => cells.kind === kind),
    ),
  );
}

function remedyOf(kind: WordKind, columns: readonly KnownCells[]): string {
  const texts = columns.flatMap((cells) =>
    cells.texts.filter(({ text }) => kindOf(text, {}) === kind).map(({ text }) => text),
  );
  const comma = `data.decimal: ","${flag("decimal", ",")}`;
  const named = columns
    .map(({ column }) => `"${column}"`)
    .slice(0, 3)
    .join(", ");
  switch (kind) {
    case "decimal comma":
      return `If the comma is the decimal mark, set ${comma}.`;
    case "comma":
      return `A comma is read neither as decimal mark nor between thousands unless it is said: set ${comma}, or data.thousands: ","${flag("thousands", ",")}.`;
    case "decimal point":
      return (
        'The table is read with data.decimal: ","; a point is no decimal mark there. If it stands between thousands, set ' +
        `data.thousands: "."${flag("thousands", ".")}; if it is the decimal mark, leave data.decimal out${flag("decimal", ".")}.`
      );
    case "thousands":
      return thousandsRemedy(texts);
    case "top-coded":
      return (
        `A top-coded value is no number, only a bound: to leave it out as missing (rows without a target are left out), set ` +
        `data.missingValues: ${quotedList(texts)}${flag("missing-values", texts.slice(0, 3).join(","))}.`
      );
    case "unit":
      return `Write the numbers of ${named} without their unit.`;
    case "range":
      return `A range is no number: write its middle, or name ${named} in \`categories\` of the modality.`;
    case "date":
      return `Dates are no numbers: write the time since a day into a column of its own, in place of ${named}.`;
    case "category":
      return (
        `Words that divide rows are categories: name ${named} in \`categories\` of the modality, or of data.harmonise where ` +
        `what it does is preserved${flag(
          "category",
          columns
            .map(({ column }) => column)
            .slice(0, 3)
            .join(","),
        )}, or write 0 and 1.`
      );
    case "mark":
      return `If it means "missing", set data.missingValues: ${quotedList(texts)}${flag("missing-values", texts.slice(0, 3).join(","))}.`;
    case "text":
      return (
        'If it means "missing", name it in data.missingValues (decompose: --missing-values); if its words divide rows, name the ' +
        "column in `categories` of the modality; otherwise correct the value, leave it empty, or leave the column out."
      );
  }
}

/** The mark that stands in front of three digits most often, and the decimal mark where that is a comma. */
function thousandsRemedy(texts: readonly string[]): string {
  const [text = ""] = texts;
  const mark = /^[+-]?\d{1,3}(\D)/.exec(text)?.[1] ?? ",";
  const thousands = mark === "\u2019" ? "'" : /[\u00a0\u2009\u202f]/.test(mark) ? " " : mark;
  const decimal = texts.some((each) => /,\d*$/.test(each) && thousands !== ",");
  const also = decimal ? ` and data.decimal: ","${flag("decimal", ",")}` : "";
  return `If "${thousands}" stands between thousands, set data.thousands: ${JSON.stringify(thousands)}${flag("thousands", thousands)}${also}.`;
}
