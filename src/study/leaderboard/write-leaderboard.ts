import { dirname, join, relative, resolve, sep } from "node:path";
import { InputError } from "../../errors.js";
import { csvText } from "../../files/csv.js";
import { checkOutputFile, writeOutput } from "../../files/output-file.js";
import type { Leaderboard, LeaderboardEntry, RankedEntry } from "../../report/leaderboard/leaderboard.js";
import { leaderboardPage } from "../../report/leaderboard/page.js";
import { withIntervals } from "./intervals.js";

/**
 * Writes the list as one self-contained page, replaced whole; links to reports are relative to where it lies.
 * @throws InputError for a name that is no HTML file's, or that of a report
 */
export async function writeLeaderboardPage(board: Leaderboard, file: string): Promise<void> {
  if (!/\.html?$/i.test(file))
    throw new InputError(`${file}: the list is an HTML file; give a name that ends in .html`);
  await checkOutputFile(file);
  const entries = [...board.groups.flatMap((group) => group.entries), ...board.others];
  const taken = entries.find(({ report }) => report !== null && resolve(board.folder, report) === resolve(file));
  if (taken !== undefined) throw new InputError(`${file}: is the report of ${taken.folder}; choose another name`);
  const from = dirname(resolve(file));
  const linkTo = (path: string) =>
    relative(from, join(resolve(board.folder), path))
      .split(sep)
      .join("/");
  await writeOutput(file, await leaderboardPage(await withIntervals(board), linkTo));
}

const header = [
  ...["folder", "name", "kind", "state", "reason", "date", "task", "table", "tableKey", "target", "unit", "error"],
  ...["rows", "validation", "test", "baseline", "baselineTest", "bits", "warnings", "trainings", "planned", "report"],
];

/** Writes the list as CSV, a line per entry and target in the order of the groups; infinite bits are `inf`. */
export async function writeLeaderboardCsv(board: Leaderboard, file: string): Promise<void> {
  await checkOutputFile(file);
  const lines = [
    ...board.groups.flatMap(({ errorName, unit, entries }) =>
      entries.map((entry) => errorLine(entry, errorName, unit)),
    ),
    ...board.others.map((entry) => [...placeCells(entry), null, null, null, ...noErrors, ...restCells(entry)]),
  ];
  await writeOutput(file, csvText(header, lines, file));
}

const noErrors = [null, null, null, null, null];

function errorLine(entry: RankedEntry, errorName: string, unit: string | null) {
  const { target, rows, validation, test, baseline } = entry.error;
  const errors = [test === null ? null : rows, validation, test, baseline?.name ?? null, baseline?.test ?? null];
  return [...placeCells(entry), target, unit, errorName, ...errors, ...restCells(entry)];
}

function placeCells({ folder, name, kind, state, reason, date, task, table }: LeaderboardEntry) {
  return [folder, name, kind, state, reason, date, task, table?.name ?? null, table?.key ?? null];
}

function restCells({ bits, warnings, trainings, report }: LeaderboardEntry) {
  const total = bits === null ? null : (bits.value ?? "inf");
  return [total, warnings, trainings?.finished ?? null, trainings?.planned ?? null, report];
}
