import { formatCount } from "./text.js";

/** Most bars, lines, small figures or table rows of one kind that a reader can take in. */
export const mostShown = 20;

/** What is shown of a list, in its order, and how many entries are not. */
export interface Foremost<T> {
  readonly shown: readonly T[];
  readonly more: number;
}

/** Of a long list the entries of largest size; all of a list of at most `most`. Of equal ones the first stay. */
export function foremost<T>(list: readonly T[], size: (entry: T) => number | null, most = mostShown): Foremost<T> {
  if (list.length <= most) return { shown: list, more: 0 };
  // null is infinite
  const sizes = list.map((entry) => size(entry) ?? Number.POSITIVE_INFINITY);
  const order = [...list.keys()].sort((a, b) => (sizes[a] === sizes[b] ? a - b : sizes[b] - sizes[a]));
  const kept = new Set(order.slice(0, most));
  return { shown: list.filter((_, i) => kept.has(i)), more: list.length - most };
}

/** Says what a figure or table leaves out: "The 20 of 100 with the most bits are shown"; nothing where all are there. */
export function cutNote({ shown, more }: Foremost<unknown>, what: string): string | null {
  return more === 0 ? null : `The ${shown.length} of ${formatCount(shown.length + more)} with ${what} are shown.`;
}
