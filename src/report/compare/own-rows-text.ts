import { joinWords, plural } from "../text.js";
import type { Comparison } from "./comparison.js";

/**
 * What is said where compared runs tested different rows: the errors of each are of its own rows, and only differences are of rows
 * that both tested. Nothing where all tested the same ones.
 */
export function ownRowsText({ groups, differences }: Pick<Comparison, "groups" | "differences">): string[] {
  const counts = new Map(groups.map(({ letter, runs }) => [letter, runs.map(({ testRows }) => testRows)]));
  const differ = differences.some(({ group, reference, rows, pairs }) => {
    const tested = [...(counts.get(group) ?? []), ...(counts.get(reference) ?? [])];
    return pairs > 0 && tested.some((count) => count !== rows);
  });
  if (!differ) return [];
  const each = groups.map(({ letter, runs }) => `${letter} ${rowsOf(runs.map(({ testRows }) => testRows))}`);
  return [
    `Runs tested different rows (${joinWords(each)}): errors are of each run's own, differences of those that both tested.`,
  ];
}

function rowsOf(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? plural(least, "row") : `${least} to ${most} rows`;
}
