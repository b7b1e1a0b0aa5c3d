import { join } from "node:path";
import { InputError } from "../../errors.js";
import { errorRng } from "../../evaluation/baseline-differences.js";
import { errorInterval, resampleErrors } from "../../evaluation/paired-errors.js";
import { type RunFiles, readRun } from "../../record/read-run.js";
import type { EntryError, Leaderboard, LeaderboardGroup, RankedEntry } from "../../report/leaderboard/leaderboard.js";
import { lowest, mostDrawn } from "../../report/leaderboard/page.js";

/**
 * The list with intervals of the test errors that a page draws: over the test rows of each run, or whole groups of them
 * where it has groups, as its own report has them. Studies bring theirs.
 */
export async function withIntervals(board: Leaderboard): Promise<Leaderboard> {
  const runs = new Map<string, RunFiles | null>();
  const groups: LeaderboardGroup[] = [];
  for (const group of board.groups) groups.push(await groupWithIntervals(board.folder, group, runs));
  return { ...board, groups };
}

async function groupWithIntervals(
  folder: string,
  group: LeaderboardGroup,
  runs: Map<string, RunFiles | null>,
): Promise<LeaderboardGroup> {
  const drawn = new Set(lowest(group.entries).slice(0, mostDrawn));
  const entries: RankedEntry[] = [];
  for (const entry of group.entries) {
    const wanted = drawn.has(entry) && entry.error.interval === null && ["run", "ensemble"].includes(entry.kind);
    if (wanted && !runs.has(entry.folder)) runs.set(entry.folder, await readOrNull(join(folder, entry.folder)));
    const run = wanted ? (runs.get(entry.folder) ?? null) : null;
    entries.push(run === null ? entry : { ...entry, error: withInterval(run, entry.error) });
  }
  return { ...group, entries };
}

/** The short documents of the run could be read; where its predictions cannot, its dot has no line. */
async function readOrNull(folder: string): Promise<RunFiles | null> {
  return readRun(folder).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
}

function withInterval({ task, test }: RunFiles, error: EntryError): EntryError {
  const rows = test.targets.get(error.target);
  if (rows === undefined) return error;
  const { headline } = task.metrics;
  const costs = [[[headline.rowCosts(rows.truth, rows.prediction)]]];
  const options = { rng: errorRng(error.target, headline), error: headline, groups: test.groups };
  const { low, high } = errorInterval(resampleErrors(costs, options)[0]);
  return { ...error, interval: { low, high } };
}
