import { join } from "node:path";
import { parseYaml } from "../../config/yaml.js";
import { InputError, RunError } from "../../errors.js";
import { headlineOf } from "../../evaluation/headline.js";
import { isFinished } from "../../record/commit.js";
import { lockOwner } from "../../record/lock-state.js";
import { type RunFacts, readRunFacts } from "../../record/read-run.js";
import { runDate } from "../../record/run-date.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { recordedConfig, recordedEnvironment } from "../../record/same-run.js";
import type { EntryError, LeaderboardEntry } from "../../report/leaderboard/leaderboard.js";
import { warningsOf } from "../../report/run-warnings.js";
import { taskOf } from "../../tasks/tasks.js";
import { type KnownConfig, knownConfig, tableOf } from "./tables.js";

/** What every entry of a run or study begins with. */
export type EntryPlace = Pick<LeaderboardEntry, "folder" | "date" | "report">;

/** Nothing is known of its results. */
export const noResults = { errors: [], bits: null, warnings: null } as const;

/** A run or ensemble as an entry of a list; whatever is wrong with it stands in the entry. @param path from `root` */
export async function runEntry(root: string, path: string): Promise<LeaderboardEntry> {
  const folder = join(root, path);
  const place = await placeOf(root, path, [runFiles.metrics, runFiles.environment, runFiles.config]);
  const run = new RunFolder(folder);
  const [owner, finished] = [await lockOwner(folder), await run.has(runFiles.metrics)];
  if (!finished) return unfinishedEntry(run, place, owner !== null);
  try {
    const facts = await readRunFacts(folder);
    return { ...place, ...finishedEntry(facts), state: owner === null ? "finished" : "running" };
  } catch (error) {
    if (owner !== null && !(await isFinished(run))) return unfinishedEntry(run, place, true);
    return { ...place, ...unknownEntry(), state: "unreadable", reason: reasonOf(error, folder) };
  }
}

/** @param files whose time stands for the date where there is no log */
export async function placeOf(root: string, path: string, files: readonly string[]): Promise<EntryPlace> {
  const folder = join(root, path);
  const date = await runDate(folder, files);
  const hasReport = await new RunFolder(folder).has(runFiles.report);
  const report = path === "." ? runFiles.report : `${path}/${runFiles.report}`;
  return { folder: path, date: date?.toISOString() ?? null, report: hasReport ? report : null };
}

/** Of a folder that tells nothing. */
export function unknownEntry() {
  return { name: null, kind: "unknown", trainings: null, task: null, table: null, ...noResults } as const;
}

/** The first line of what is wrong, without the folder, which stands beside it. @throws what is no fault of the folder */
export function reasonOf(error: unknown, folder: string): string {
  if (!(error instanceof InputError || error instanceof RunError)) throw error;
  const [line] = error.message.split("\n");
  return line.startsWith(folder) ? line.slice(folder.length).replace(/^[\\/:]\s*/, "") : line;
}

function finishedEntry(run: RunFacts): Omit<LeaderboardEntry, keyof EntryPlace | "state"> {
  const { name, metrics, pid, task, environment } = run;
  const members = metrics.ensemble?.members ?? 1;
  return {
    name,
    kind: members > 1 ? "ensemble" : "run",
    trainings: members > 1 ? { finished: members, planned: members } : null,
    reason: null,
    task: task.name,
    table: tableOf(environment.dataChecksum, configOf(run.config)),
    errors: metrics.targets.map((target) => errorOf(run, target)),
    bits: { value: pid.information.total },
    warnings: warningsOf(run).length,
  };
}

function errorOf({ task, metrics }: RunFacts, target: string): EntryError {
  const { headline } = task.metrics;
  const { constant, linear } = task.baselines;
  const beside = [linear, constant].find(({ name }) => metrics.baselines[name] !== undefined);
  return {
    target,
    unit: metrics.units?.[target] ?? null,
    rows: metrics.test.n,
    validation: headlineOf(metrics.validation.perTarget[target], headline),
    test: headlineOf(metrics.test.perTarget[target], headline),
    interval: null,
    baseline:
      beside === undefined
        ? null
        : {
            name: beside.name,
            test: headlineOf(metrics.baselines[beside.name].test.perTarget[target], headline),
          },
  };
}

/** What a config says, whatever else is wrong with it. */
function configOf(text: string): KnownConfig {
  try {
    return knownConfig(parseYaml(text, runFiles.config));
  } catch (error) {
    if (error instanceof InputError) return knownConfig(null);
    throw error;
  }
}

/** A run that is at work, or that stopped before it was finished. */
async function unfinishedEntry(run: RunFolder, place: EntryPlace, running: boolean): Promise<LeaderboardEntry> {
  const state = running ? "running" : "interrupted";
  const known = { ...place, ...unknownEntry(), kind: "run", state } as const;
  try {
    const { name, data } = await recordedConfig(run);
    const { dataChecksum } = await recordedEnvironment(run);
    const { targets, units, splitFile } = knownConfig({ name, data });
    return {
      ...{ ...known, name, task: taskOf(data).name, table: tableOf(dataChecksum, { splitFile }) },
      errors: targets.map((target) => noError(target, units[target] ?? null)),
      reason: running ? null : "pidreg train CONFIG --out RUN --resume goes on with it",
    };
  } catch (error) {
    return { ...known, reason: running ? null : reasonOf(error, run.path) };
  }
}

/** A target without results. */
export function noError(target: string, unit: string | null): EntryError {
  return { target, unit, rows: 0, validation: null, test: null, interval: null, baseline: null };
}
