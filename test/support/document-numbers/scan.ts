/** Numbers of documents: which of them a claim holds against its data, and which are left. */

/** A sentence of a document whose numbers follow from data. */
export interface Claim {
  /** Path in the checkout. */
  readonly document: string;
  /** Words of the document, without a digit outside names; `{}` is the next value, `#` a number that nothing here holds. */
  readonly says: string;
  /** As the document writes them; null where their data are not at hand, so that any number passes. */
  readonly values: readonly (string | number)[] | null;
}

/** A heading with the text below it, commands and examples taken out, on one line. */
export interface DocumentSection {
  readonly heading: string;
  readonly text: string;
}

const number = String.raw`[-−+]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?`;
const tokens = new RegExp(String.raw`(?<![\p{L}\d_.,])${number}`, "gu");
const command = /^ {4}(?:npx|npm|node|pidreg (?=[a-z])|tensorboard|git|python3?|cd|sha256sum)\b.*(?:\\\n.*)*$/gm;

/** Sections of a document; what scripts write between marks, or below `<!-- results -->`, is left out. */
export function sectionsOf(document: string): DocumentSection[] {
  const own = document
    .replace(/<!-- (\w+): begin -->[\s\S]*?<!-- \1: end -->/g, "")
    .replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, "")
    .replace(/<!-- results -->[\s\S]*$/, "")
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(command, "");
  return own.split(/^(?=#{1,4} )/m).map((part) => {
    const [first, ...rest] = part.split("\n");
    const heading = first.startsWith("#") ? first.replace(/^#+ /, "") : "";
    return { heading, text: (heading === "" ? part : rest.join("\n")).replace(/\s+/g, " ").trim() };
  });
}

/** The numbers of a text that stand for amounts: those of names, inline code and addresses do not. */
export function numbersIn(text: string): string[] {
  return [
    ...text
      .replace(/`[^`]*`/g, " ")
      .replace(/\]\([^)]*\)/g, "]")
      .matchAll(tokens),
  ].map(([found]) => found);
}

/** The text without the numbers that a claim holds; null where it does not say so. */
export function withoutHeld(text: string, { says, values }: Claim): string | null {
  const parts = says.replace(/\s+/g, " ").split(/(\{\}|#)/);
  let next = 0;
  const pattern = parts.map((part) => {
    if (part === "{}") return values === null ? `(${number})` : `(${escaped(String(values[next++]))})(?!\\d|[.,]\\d)`;
    return part === "#" ? number : escaped(part);
  });
  if (values !== null && next !== values.length)
    throw new Error(`"${says}" has ${next} places for ${values.length} values`);
  const found = new RegExp(pattern.join(""), "d").exec(text);
  if (found?.indices === undefined) return null;
  const spans = found.indices.slice(1).toReversed();
  return spans.reduce((rest, [from, to]) => `${rest.slice(0, from)}held${rest.slice(to)}`, text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
