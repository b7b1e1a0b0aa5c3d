import { middleCut } from "../text-width.js";

/**
 * Labels of lines of a figure as they stand at its axis: without their middle where they are wider than `limit` pixels, and told
 * apart, by blanks at the end that nobody sees, where two are the same.
 */
export function axisLabels(labels: readonly string[], limit: number): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const cut = middleCut(label, limit);
    const before = seen.get(cut) ?? 0;
    seen.set(cut, before + 1);
    return cut + " ".repeat(before);
  });
}
