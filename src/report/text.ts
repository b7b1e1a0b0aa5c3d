import { shown } from "../shown.js";

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand in HTML or SVG, in content and in quoted attributes. Every string from data passes here. */
export function escapeHtml(text: string): string {
  // XML forbids most control characters; others would turn, hide or break the text around them.
  return shown(text).replace(/[&<>"']/g, (c) => entities[c]);
}

/**
 * A number for reading: three significant digits unless told, thousands separated by a thin space, a true minus sign;
 * "not defined" for null.
 */
export function formatNumber(value: number | null, digits = 3): string {
  if (value === null) return "not defined";
  if (value === 0) return "0";
  const size = Math.abs(Number(value.toPrecision(digits)));
  if (size >= 1e7 || size < 1e-4) return signed(value.toExponential(digits - 1));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return groupThousands(signed(value.toFixed(Math.min(decimals, 6))));
}

/** A share or a correlation, three decimals; a dash where it does not exist. */
export function formatShare(value: number | null): string {
  return value === null ? "\u2013" : signed(zeroUnsigned(value.toFixed(3)));
}

/** A whole number with its thousands separated by a thin space. */
export function formatCount(value: number): string {
  return groupThousands(signed(String(Math.round(value))));
}

/** Bits, two decimals; "infinite" for null (information of a target that is determined without noise). */
export function formatBits(value: number | null): string {
  return value === null ? "infinite" : signed(zeroUnsigned(value.toFixed(2)));
}

/** A share of 1 as a whole percentage, one decimal below 10 %; "0 %" for what rounds to nothing. */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  const size = Math.abs(percent);
  if (size < 0.05) return "0 %";
  return `${signed(percent.toFixed(size < 9.95 ? 1 : 0))} %`;
}

/** The same where "100 %" is to mean all: what falls just short of it keeps a decimal. */
export function formatPortion(share: number): string {
  if (share >= 1 || share < 0.995) return formatPercent(share);
  return share > 0.9995 ? "more than 99.9 %" : `${(100 * share).toFixed(1)} %`;
}

/** How many times as large: "12 times", "3.4 times"; 10 and more are whole numbers. */
export function formatTimes(ratio: number): string {
  const rounded = ratio >= 1e7 ? ratio.toExponential(1) : ratio.toFixed(ratio < 9.95 ? 1 : 0);
  return `${groupThousands(rounded)} times`;
}

/** Most words of a list within a sentence. */
const mostWords = 20;

/** "a", "a and b", "a, b and c"; of more than `most` the first, and how many more. @param and the word before the last */
export function joinWords(words: readonly string[], most = mostWords, and: "and" | "or" = "and"): string {
  if (words.length < 2) return words.join("");
  if (words.length > most) return `${words.slice(0, most).join(", ")} ${and} ${formatCount(words.length - most)} more`;
  return `${words.slice(0, -1).join(", ")} ${and} ${words[words.length - 1]}`;
}

/** The verb that goes with so many of something: agree(names.length, "carries", "carry"). */
export function agree(count: number, one: string, several: string): string {
  return count === 1 ? one : several;
}

/** `count` with its noun in the right number: "1 row", "2 rows". */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** A true minus sign. */
export function signed(text: string): string {
  return text.replace(/-/g, "\u2212");
}

function zeroUnsigned(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}

/** Thousands of a written number separated by a thin space. */
export function groupThousands(text: string): string {
  const [whole, fraction] = text.split(".");
  const digits = whole.replace("\u2212", "");
  if (digits.length < 5) return text;
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
