import type { Dialect } from "../../config/dialect.js";

const groupMarks = { ",": ",", ".": "\\.", " ": "[ \\u00a0\\u2009\\u202f]", "'": "['\\u2019]" } as const;

/** Reads the numbers of a text table as its dialect writes them. */
export class NumberFormat {
  private readonly pattern: RegExp;
  private readonly groups: RegExp | undefined;
  private readonly decimal: string;

  constructor({ decimal = ".", thousands }: Dialect = {}) {
    const point = decimal === "." ? "\\." : ",";
    // Groups have three digits each, and the first does not begin with 0: 0,123 is no thousand.
    const grouped = thousands === undefined ? "" : `[1-9]\\d{0,2}(?:${groupMarks[thousands]}\\d{3})+(?:${point}\\d*)?|`;
    this.pattern = new RegExp(`^[+-]?(?:${grouped}\\d+(?:${point}\\d*)?|${point}\\d+)(?:[eE][+-]?\\d+)?$`);
    this.groups = thousands === undefined ? undefined : new RegExp(groupMarks[thousands], "g");
    this.decimal = decimal;
  }

  /** The number that a text without blanks at its ends stands for; undefined for a word. */
  number(text: string): number | undefined {
    if (!this.pattern.test(text)) return infinity(text);
    const bare = this.groups === undefined ? text : text.replace(this.groups, "");
    return Number(this.decimal === "." ? bare : bare.replace(this.decimal, "."));
  }
}

/** Refused later, by row. */
function infinity(text: string): number | undefined {
  if (!/^[+-]?inf(?:inity)?$/i.test(text)) return undefined;
  return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
