import { isLikeNumber } from "../../data/target/target-words.js";
import { openRows } from "./open-rows.js";
import type { DecomposeArguments } from "./options.js";

/** Whether most values are numbers, or begin like one: 9,620 and 12 kg. */
export function mostlyNumbers(counts: ReadonlyMap<string, number>): boolean {
  const like = [...counts.keys()].filter(isLikeNumber);
  return 2 * like.length > counts.size;
}

/** @throws InputError that tells cells which are no numbers, and the option that mends them, as of any column of numbers */
export async function refuseCells(args: DecomposeArguments, targets: readonly string[]): Promise<void> {
  const { table } = await openRows(args);
  try {
    await table.stream({ numbers: targets, texts: [] }, () => undefined);
  } finally {
    table.close();
  }
}
