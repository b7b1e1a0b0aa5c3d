import { type DataConfig, targetKind } from "../../config/data.js";
import type { Target } from "../dataset.js";
import type { ReadColumns } from "../table/read-columns.js";

/** Most values of numbers that are offered as classes, and the fewest rows for each. */
const mostOffered = 10;
const fewestRows = 10;

/** Whether a text begins like a number: 9,620 and 12 kg. */
export function isLikeNumber(text: string): boolean {
  return /^[<>≤≥~]?\s*[-+−]?[.,]?\d/.test(text);
}

/** Whether fewer than half of the different texts of a column begin like numbers: they are names then, not numbers that went wrong. */
export function namesClasses({ levels }: Pick<ReadColumns, "levels">, column: string): boolean {
  const own = levels?.get(column) ?? [];
  return own.length > 0 && 2 * own.filter(isLikeNumber).length < own.length;
}

/** A sentence about numbers that may name classes; none where there are many, or they are no whole numbers. */
function offeredClasses(column: string, values: Float64Array): string[] {
  const different = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return [];
    different.add(value);
    if (different.size > mostOffered) return [];
  }
  if (values.length < fewestRows * different.size) return [];
  const listed = [...different].sort((a, b) => a - b).join(", ");
  return [
    `target "${column}" takes ${different.size} different values (${listed}) and is read as a number; if they name classes, set ` +
      `data.target: { column: ${column}, kind: class }, else { column: ${column}, kind: number }`,
  ];
}

/** Classes that a sentence names. */
const mostNamed = 10;

/** How the target was read, where the config leaves that to the table. */
export function targetNotes(data: Pick<DataConfig, "target">, [target, ...others]: readonly Target[]): string[] {
  if (target === undefined || others.length > 0 || targetKind(data) !== undefined) return [];
  const { name, values, classes } = target;
  if (classes === undefined) return offeredClasses(name, values);
  const more = classes.length > mostNamed ? ", .." : "";
  return [
    `target "${name}" is text and is read as ${classes.length} classes: ${classes.slice(0, mostNamed).join(", ")}${more}`,
  ];
}
