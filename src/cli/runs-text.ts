import { fixed } from "../report/bits-text.js";
import { optimisticNote } from "../report/leaderboard/group-sentences.js";
import {
  groupTitle,
  type Leaderboard,
  type LeaderboardEntry,
  type LeaderboardGroup,
  type RankedEntry,
  stateText,
} from "../report/leaderboard/leaderboard.js";
import { wrapWords } from "../report/text-columns.js";
import { shown } from "../shown.js";
import { unnamedTask } from "../tasks/tasks.js";
import { alignTable, textWidth } from "./table.js";

/** A list of runs for a terminal: a table per group, then what no group has. */
export function runsText(board: Leaderboard): string {
  const { groups, others, folder } = board;
  if (groups.length === 0 && others.length === 0) {
    return `${shown(folder)}: holds no run and no study; pidreg train CONFIG writes one`;
  }
  const several = groups.length > 1 ? [paragraph(groupsNote)] : [];
  return [
    ...groups.map(groupText),
    ...(others.length === 0 ? [] : [othersText(others)]),
    ...several,
    ...(groups.some(isContested) ? [paragraph(optimisticNote)] : []),
  ].join("\n\n");
}

const groupsNote =
  "A table has one target in one unit, on one table of data: errors of different tables here are not compared.";

function paragraph(text: string): string {
  return wrapWords(text, textWidth).join("\n");
}

function isContested({ entries }: LeaderboardGroup): boolean {
  return entries.filter(({ error }) => error.test !== null).length > 1;
}

function groupText(group: LeaderboardGroup): string {
  const { errorName, entries, task } = group;
  const baseline = entries.find(({ error }) => error.baseline !== null)?.error.baseline?.name ?? "baseline";
  const heads = ["folder", "date", "rows", "validation", "test", baseline, "bits", "warnings", "state"];
  const title = shown(`${groupTitle(group)}: ${errorName}${task === unnamedTask ? "" : ` (${task})`}`);
  return [title, wide([heads, ...entries.map(line)]), ...reasons(entries)].join("\n");
}

/** Lines are as long as the names of folders make them: these are what one goes on with. */
function wide(rows: readonly (readonly string[])[]): string {
  return alignTable(rows, Number.POSITIVE_INFINITY);
}

function line(entry: RankedEntry): string[] {
  const { folder, date, error, bits, warnings } = entry;
  const number = (value: number | null) => (value === null ? "-" : value.toPrecision(4));
  return [
    folder,
    day(date),
    error.rows === 0 ? "-" : String(error.rows),
    ...[error.validation, error.test, error.baseline?.test ?? null].map(number),
    bits === null ? "-" : bits.value === null ? "inf" : fixed(bits.value, 2),
    warnings === null ? "-" : String(warnings),
    stateText(entry),
  ];
}

function day(date: string | null): string {
  return date === null ? "-" : date.slice(0, 10);
}

/** Why entries have no results. */
function reasons(entries: readonly LeaderboardEntry[]): string[] {
  return entries.flatMap(({ folder, reason }) => (reason === null ? [] : [shown(`  ${folder}: ${reason}`)]));
}

function othersText(others: readonly LeaderboardEntry[]): string {
  const rows = others.map((entry) => [entry.folder, day(entry.date), stateText(entry)]);
  return ["without a group", wide([["folder", "date", "state"], ...rows]), ...reasons(others)].join("\n");
}
