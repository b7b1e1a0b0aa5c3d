import { InputError } from "../errors.js";
import type { DataAccount, DroppedRows } from "./dataset.js";
import { listExamples, percent } from "./join/join.js";

/** Losing more than this share of the rows is told in any case. */
const largeShare = 0.1;

/** What happened to the rows so far. */
export interface RowLosses {
  /** Rows of the first file. */
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly dropped: readonly DroppedRows[];
  /** Why keys of files did not match, where it can be seen. */
  readonly cause?: string;
}

/** Sentences about rows that were left out: all of them, and those that nobody should miss. */
export function lossMessages({
  rowsRead,
  rowsUsed,
  dropped,
  cause,
}: RowLosses): Pick<DataAccount, "messages" | "losses"> {
  const chosen = dropped.reduce((sum, rows) => sum + (rows.chosen === true ? rows.count : 0), 0);
  const largeInAll = rowsRead - rowsUsed - chosen > largeShare * rowsRead;
  const told = dropped.map((rows) => ({
    text: describeDropped(rows),
    large: rows.chosen !== true && (largeInAll || rows.count > largeShare * rows.of),
  }));
  const spelling = cause === undefined ? [] : [`data.join: ${cause}`];
  return {
    messages: [...told.map(({ text }) => text), ...spelling],
    losses: [...told.flatMap(({ text, large }) => (large ? [text] : [])), ...spelling],
  };
}

function describeDropped(rows: DroppedRows): string {
  const { count, of, reason, chosen } = rows;
  const share = chosen !== true && count > largeShare * of ? `; that is ${percent(count / of)} of ${of}` : "";
  return `left out ${count} ${count === 1 ? "row" : "rows"} (${reason}): ${listExamples(rows)}${share}`;
}

/**
 * Does what needs the rows of a table. If it is refused, what was lost is told first: that may be the reason.
 * @param losses sentences about losses, asked for when they are needed
 * @throws what the work throws; an InputError begins with the losses
 */
export function afterLosses<T>(losses: () => readonly string[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withLosses(losses, error);
  }
}

/** `afterLosses` of what waits for files. */
export async function afterLossesOf<T>(losses: () => readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withLosses(losses, error);
  }
}

function withLosses(losses: () => readonly string[], error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const told = losses().map((text) => (text.endsWith(".") ? text : `${text}.`));
  const [first, ...rest] = error.message.split("\n");
  return told.length === 0 ? error : new InputError([`${told.join(" ")} Then: ${first}`, ...rest]);
}
