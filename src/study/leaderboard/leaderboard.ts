import { InputError } from "../../errors.js";
import { findFolders } from "../../record/find-folders.js";
import {
  type Leaderboard,
  type LeaderboardEntry,
  type LeaderboardGroup,
  type RankedEntry,
  type SortColumn,
  sortColumns,
} from "../../report/leaderboard/leaderboard.js";
import { taskNamed } from "../../tasks/tasks.js";
import { studyFiles } from "../study.js";
import { runEntry } from "./run-entry.js";
import { studyEntry } from "./study-entry.js";

/** Folders that are read at a time. */
const atOnce = 16;

/**
 * The runs, ensembles and studies below a folder with their errors. Only errors of one target in one unit, on one table and
 * by one task stand in one group, and are sorted there; nothing is written.
 * @throws InputError when the folder cannot be read, or there is no such column
 */
export async function leaderboard(folder: string, sort = "test"): Promise<Leaderboard> {
  const column = sortColumn(sort);
  const { found, closed } = await findFolders(folder, studyFiles.plan);
  const entries: LeaderboardEntry[] = [];
  for (let i = 0; i < found.length; i += atOnce) {
    const read = ({ path, kind }: (typeof found)[number]) => (kind === "study" ? studyEntry : runEntry)(folder, path);
    entries.push(...(await Promise.all(found.slice(i, i + atOnce).map(read))));
  }
  const isKnown = ({ task, table, errors }: LeaderboardEntry) => task !== null && table !== null && errors.length > 0;
  return {
    ...{ folder, sort: column },
    groups: groupsOf(entries.filter(isKnown), column),
    others: entries.filter((entry) => !isKnown(entry)),
    messages: closed.map(({ path, reason }) => `${path}: ${reason}`),
  };
}

/** @throws InputError naming the columns that there are */
function sortColumn(name: string): SortColumn {
  const found = sortColumns.find((column) => column === name);
  if (found !== undefined) return found;
  throw new InputError(`--sort ${name}: there is no such column; there is ${sortColumns.join(", ")}`);
}

function groupsOf(entries: readonly LeaderboardEntry[], column: SortColumn): LeaderboardGroup[] {
  const ranked = entries.flatMap((entry) => entry.errors.map((error): RankedEntry => ({ ...entry, error })));
  const byTarget = new Map<string, RankedEntry[]>();
  for (const entry of ranked) {
    const key = JSON.stringify([entry.task, entry.table?.key, entry.error.target]);
    byTarget.set(key, [...(byTarget.get(key) ?? []), entry]);
  }
  const groups = [...byTarget.values()].flatMap(byUnit).flatMap((members) => groupOf(members, column));
  const marked = groups.map((group) => ({ ...group, mark: markOf(group, groups) }));
  return marked.sort(
    (a, b) => compareTexts(a.table.name + a.mark, b.table.name + b.mark) || compareTexts(a.target, b.target),
  );
}

/** Entries by their unit; those that name none are of the only one that others name. */
function byUnit(entries: readonly RankedEntry[]): RankedEntry[][] {
  const units = [...new Set(entries.flatMap(({ error }) => error.unit ?? []))];
  if (units.length < 2) return [[...entries]];
  return [...units, null].flatMap((unit) => {
    const own = entries.filter(({ error }) => error.unit === unit);
    return own.length === 0 ? [] : [own];
  });
}

function groupOf(members: readonly RankedEntry[], column: SortColumn): Omit<LeaderboardGroup, "mark">[] {
  const [{ task, table, error }] = members;
  if (task === null || table === null) return [];
  const { name } = taskNamed(task).metrics.headline;
  const unit = members.find((member) => member.error.unit !== null)?.error.unit ?? null;
  const entries = [...members].sort(order(column));
  return [{ task: taskNamed(task).name, table, target: error.target, unit, errorName: name, entries }];
}

/** Said of tables of one name that are not the same. */
function markOf(
  { table }: Pick<LeaderboardGroup, "table">,
  groups: readonly Pick<LeaderboardGroup, "table">[],
): string {
  const others = groups.some((other) => other.table.name === table.name && other.table.key !== table.key);
  return others ? table.key.slice(0, 8) : "";
}

type Compare = (a: RankedEntry, b: RankedEntry) => number;

/** Least errors and fewest warnings first, most rows and bits and newest first; what is not known last, then by folder. */
function order(column: SortColumn): Compare {
  const own = compareBy(column);
  return (a, b) => own(a, b) || compareTexts(a.folder, b.folder);
}

function compareBy(column: SortColumn): Compare {
  switch (column) {
    case "name":
      return (a, b) => compareTexts(a.folder, b.folder);
    case "date":
      return (a, b) => (a.date === null ? 1 : b.date === null ? -1 : compareTexts(b.date, a.date));
    case "state":
      return (a, b) => compareTexts(a.state, b.state);
    case "rows":
      return byNumber(({ error }) => -error.rows);
    case "bits":
      return byNumber(({ bits }) => (bits === null ? null : -(bits.value ?? Number.POSITIVE_INFINITY)));
    case "warnings":
      return byNumber(({ warnings }) => warnings);
    case "baseline":
      return byNumber(({ error }) => error.baseline?.test ?? null);
    default:
      return byNumber(({ error }) => error[column]);
  }
}

function byNumber(pick: (entry: RankedEntry) => number | null): Compare {
  return (a, b) => {
    const [first, second] = [pick(a), pick(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return first === second ? 0 : first - second;
  };
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
