import type { DataConfig } from "../../config/data.js";
import { InputError } from "../../errors.js";
import type { DroppedRows } from "../dataset.js";
import type { JoinPlan } from "../table/planned-columns.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";
import { joinRows, type KeyColumn, RepeatedKeyError, refuseUnmatched } from "./join.js";
import { secondKeyColumn } from "./join-advice.js";
import { KeyMaker } from "./row-keys.js";

/** Which row of every file belongs together. */
export interface MatchedRows {
  readonly rows: readonly Int32Array[];
  /** The key of each; undefined for a single file. */
  readonly keys?: readonly string[];
  readonly dropped: readonly DroppedRows[];
  /** Why rows were lost, where it can be seen. */
  readonly cause?: string;
}

/**
 * Matches the rows of the files of a plan on `data.join`.
 * @throws InputError when a key names several rows, or files do not hold the same rows where that is asked for
 */
export async function matchTables(
  data: Pick<DataConfig, "missing">,
  plan: TablePlan,
  tables: readonly ReadColumns[],
): Promise<MatchedRows> {
  const { join } = plan;
  if (join === undefined) return { rows: [Int32Array.from({ length: tables[0].rows }, (_, i) => i)], dropped: [] };
  try {
    const joined = joinRows(keyColumns(plan, tables, join), join.name);
    if (joined.unmatched.length > 0 && data.missing === "error") refuseUnmatched(joined);
    const { rows, keys, unmatched, spelling } = joined;
    return { rows, keys, dropped: unmatched, ...(spelling === undefined ? {} : { cause: spelling.text }) };
  } catch (error) {
    if (error instanceof RepeatedKeyError) throw await withSecondKey(error, plan, join);
    throw error;
  }
}

function keyColumns(plan: TablePlan, tables: readonly ReadColumns[], join: JoinPlan): KeyColumn[] {
  const maker = new KeyMaker(join.normalise);
  return plan.sources.map(({ label }, i) => {
    const names = plan.modalities.flatMap((modality) => (modality.source === i ? [`"${modality.name}"`] : []));
    const holds = names.length === 0 ? label : `modality ${names.join(", ")} (${label})`;
    return { label, holds, ...maker.of(tables[i], join.columns[i], label) };
  });
}

/** The same error with the column that makes the key single, if there is one: first of those that all files have. */
async function withSecondKey(error: RepeatedKeyError, plan: TablePlan, join: JoinPlan): Promise<InputError> {
  const source = plan.sources[error.file];
  const own = join.columns[error.file];
  const taken = new Set([
    ...own,
    ...plan.targets.flatMap((place) => place?.column ?? []),
    ...plan.modalities.flatMap(({ source: of, columns }) => (of === error.file ? columns : [])),
  ]);
  const free = source.columns.filter((column) => !taken.has(column));
  const everywhere = free.filter((column) => plan.sources.every(({ columns }) => columns.includes(column)));
  const others = free.filter((column) => !everywhere.includes(column));
  const second = await secondKeyColumn(source, own, [...everywhere, ...others]);
  if (second === undefined) return error;
  const list = `[${[...join.named, second].join(", ")}]`;
  const where = everywhere.includes(second)
    ? `every file has it: set data.join: ${list}`
    : `other files lack it: write it into them and set data.join: ${list}`;
  return new InputError(
    `${error.message} With "${second}" each row has a name of its own (${where}), or keep one row per "${join.name}".`,
  );
}
