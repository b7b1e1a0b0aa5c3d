/** Where a run or study stands. */
export const entryStates = ["finished", "running", "interrupted", "unreadable"] as const;
export type EntryState = (typeof entryStates)[number];

/** What an entry of a list of runs is. */
export type EntryKind =
  | "run"
  | "ensemble"
  | "crossval"
  | "select"
  | "select-nested"
  | "ablate"
  | "tune"
  | "crossval-tune"
  | "unknown";

/** The error of one target, that by which models of the task are compared. */
export interface EntryError {
  readonly target: string;
  readonly unit: string | null;
  /** Rows that were tested. */
  readonly rows: number;
  /** On the validation rows; null of a study, which has none of its own. */
  readonly validation: number | null;
  readonly test: number | null;
  /** Ends of the interval that the results give it; null where they give none. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** What stands beside it, on the same test rows. */
  readonly baseline: { readonly name: string; readonly test: number } | null;
}

/** A table by what its files hold. */
export interface EntryTable {
  /** Names of its files, without their folders. */
  readonly name: string;
  /** Of the SHA-256 of the files; runs of one key have read the same. */
  readonly key: string;
}

/** A run, ensemble or study of a list. */
export interface LeaderboardEntry {
  /** Path from the folder that was searched. */
  readonly folder: string;
  /** Name in the config; null where that cannot be read. */
  readonly name: string | null;
  readonly kind: EntryKind;
  /** Members of an ensemble, trainings of a study. */
  readonly trainings: { readonly finished: number; readonly planned: number } | null;
  /** When it was last at work, ISO 8601, UTC. */
  readonly date: string | null;
  readonly state: EntryState;
  /** Why there are no numbers, or not all; null where there are. */
  readonly reason: string | null;
  /** Null where it is not known. */
  readonly task: string | null;
  readonly table: EntryTable | null;
  /** Of each target; without results the targets alone. */
  readonly errors: readonly EntryError[];
  /** Total information; the value is null where it is infinite. */
  readonly bits: { readonly value: number | null } | null;
  readonly warnings: number | null;
  /** Path of its report from the folder that was searched. */
  readonly report: string | null;
}

/** An entry as one of a group: with its error of the target of the group. */
export interface RankedEntry extends LeaderboardEntry {
  readonly error: EntryError;
}

/** Entries whose errors are of one kind: of one target in one unit, on one table, by one task. */
export interface LeaderboardGroup {
  readonly task: string;
  readonly table: EntryTable;
  /** Told apart from another table of that name; the beginning of its key, or nothing. */
  readonly mark: string;
  readonly target: string;
  readonly unit: string | null;
  /** Name of the error. */
  readonly errorName: string;
  readonly entries: readonly RankedEntry[];
}

/** A list of runs. */
export interface Leaderboard {
  /** The folder that was searched, as it was named. */
  readonly folder: string;
  readonly sort: SortColumn;
  readonly groups: readonly LeaderboardGroup[];
  /** Entries of which no table or target is known. */
  readonly others: readonly LeaderboardEntry[];
  /** Sentences for the user. */
  readonly messages: readonly string[];
}

/** Columns that entries of a group can be sorted by. */
export const sortColumns = [
  ...["name", "date", "rows", "validation", "test", "baseline", "bits", "warnings", "state"],
] as const;
export type SortColumn = "name" | "date" | "rows" | "validation" | "test" | "baseline" | "bits" | "warnings" | "state";

/** What stands over the entries of a group. */
export function groupTitle({ target, unit, table, mark }: LeaderboardGroup): string {
  return `${target}${unit === null ? "" : ` (${unit})`}, ${table.name}${mark === "" ? "" : ` (SHA-256 ${mark}..)`}`;
}

/** What an entry is, and where it stands, in a word or two. */
export function stateText({ kind, trainings, state }: LeaderboardEntry): string {
  if (trainings === null) return state;
  const { finished, planned } = trainings;
  if (kind === "ensemble") return `${state}, ${planned} members`;
  return `${state}, ${kind} ${finished}/${planned}`;
}
