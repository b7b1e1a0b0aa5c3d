import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../errors.js";
import { parsedJson } from "../../files/json.js";
import { RunReader } from "../../record/digests.js";
import { checksummedFiles } from "../../record/environment.js";
import { RunFolder } from "../../record/run-folder.js";
import type { EntryError, LeaderboardEntry } from "../../report/leaderboard/leaderboard.js";
import type { MeasuredTask } from "../../tasks/measured-task.js";
import { taskNamed, taskOf } from "../../tasks/tasks.js";
import { meanSdOrNull } from "../results-schemas.js";
import { isSubset } from "../select-results.js";
import { studyStatus } from "../status.js";
import { studyFiles, studyKinds } from "../study.js";
import { readStudy, studyConfig } from "../study-file.js";
import { type EntryPlace, noError, noResults, placeOf, reasonOf, unknownEntry } from "./run-entry.js";
import { knownConfig, tableOf } from "./tables.js";

/** A study as an entry of a list; whatever is wrong with it stands in the entry. @param path from `root` */
export async function studyEntry(root: string, path: string): Promise<LeaderboardEntry> {
  const folder = join(root, path);
  const place = await placeOf(root, path, [studyFiles.results, studyFiles.plan]);
  try {
    const entry = { ...place, ...(await plannedEntry(new RunFolder(folder))) };
    return entry.state === "finished" ? { ...entry, ...(await resultsOf(folder)) } : entry;
  } catch (error) {
    return { ...place, ...unknownEntry(), state: "unreadable", reason: reasonOf(error, folder) };
  }
}

/** What the plan of a study and the state of its trainings tell. */
async function plannedEntry(folder: RunFolder): Promise<Omit<LeaderboardEntry, keyof EntryPlace>> {
  const document = await readStudy(folder);
  const { kind, collected, trainings } = await studyStatus(folder.path);
  const count = (wanted: string) => trainings.filter(({ state }) => state === wanted).length;
  const finished = count("finished");
  const config = studyConfig(document);
  const { targets, units, splitFile } = knownConfig(config);
  const checksums = checksummedFiles(config).map((name, i) => [name, document.dataChecksum[i]]);
  const [running, failed] = [count("running") > 0, count("failed")];
  const state = running ? "running" : collected ? "finished" : "interrupted";
  return {
    ...{ name: config.name, kind, trainings: { finished, planned: trainings.length }, state },
    reason:
      state === "interrupted" ? `${failed > 0 ? `${failed} failed; ` : ""}${goOn(finished, trainings.length)}` : null,
    task: taskOf(config.data).name,
    table: tableOf(Object.fromEntries(checksums), { splitFile }),
    ...{ ...noResults, errors: targets.map((target) => noError(target, units[target] ?? null)) },
  };
}

function goOn(finished: number, planned: number): string {
  return finished === planned
    ? "pidreg study collect STUDY writes its results"
    : "pidreg study status STUDY tells which trainings are open";
}

type Results = Pick<LeaderboardEntry, "task" | "errors" | "bits" | "warnings">;

const common = z.object({
  kind: z.enum(studyKinds),
  task: z.string().optional(),
  units: z.record(z.string(), z.string()).optional(),
  warnings: z.array(z.string()).catch([]),
});
const ends = z.object({ value: z.number(), low: z.number(), high: z.number() });
const total = z.object({ information: z.object({ total: meanSdOrNull }) });
const crossval = z.object({
  rows: z.number(),
  targets: z.record(z.string(), z.object({ models: z.record(z.string(), z.record(z.string(), meanSdOrNull)) }).loose()),
  pid: total,
});
const compared = z.object({ targets: z.array(z.string()).min(1) });
const select = compared.extend({
  rows: z.object({ test: z.number() }),
  chosen: z.array(z.string()),
  final: z.object({ chosen: ends }).nullish(),
  subsets: z.array(
    z.object({
      modalities: z.array(z.string()),
      test: z.object({ error: ends }),
      information: z.object({ value: z.number().nullable() }).nullable(),
    }),
  ),
});
const nested = compared.extend({ rows: z.object({ tested: z.number() }), error: z.object({ chosen: ends }) });
const nestedTune = compared.extend({ rows: z.object({ tested: z.number() }), error: z.object({ tuned: ends }) });
const tune = compared.extend({
  rows: z.object({ test: z.number() }),
  best: z.enum(["chosen", "config"]),
  test: z.object({ config: ends, chosen: ends.nullable() }),
});
const ablate = compared.extend({
  rows: z.number(),
  variants: z.array(z.object({ error: ends, pid: total })).min(1),
});

/** What the results of a study say. @throws InputError when they are damaged, or of another form */
async function resultsOf(folder: string): Promise<Results> {
  const bytes = await RunReader.reading(folder, (reader) => reader.read(studyFiles.results));
  const value = parsedJson(bytes.toString("utf8"));
  const known = read(common, value);
  const task = taskNamed(known.task);
  const shared = { task: task.name, warnings: known.warnings.length };
  const unitOf = (target: string) => known.units?.[target] ?? null;
  if (known.kind === "crossval") return { ...shared, ...crossvalResults(read(crossval, value), task, unitOf) };
  if (known.kind === "ablate") {
    const { targets, rows, variants } = read(ablate, value);
    const [{ error, pid }] = variants;
    const bits = { value: pid.information.total?.mean ?? null };
    return { ...shared, errors: relative(targets, rows, error, unitOf), bits };
  }
  if (known.kind === "select-nested") {
    const { targets, rows, error } = read(nested, value);
    return { ...shared, errors: relative(targets, rows.tested, error.chosen, unitOf), bits: null };
  }
  if (known.kind === "crossval-tune") {
    const { targets, rows, error } = read(nestedTune, value);
    return { ...shared, errors: relative(targets, rows.tested, error.tuned, unitOf), bits: null };
  }
  if (known.kind === "tune") {
    const { targets, rows, test, best } = read(tune, value);
    const error = best === "chosen" ? (test.chosen ?? test.config) : test.config;
    return { ...shared, errors: relative(targets, rows.test, error, unitOf), bits: null };
  }
  const { targets, rows, chosen, subsets, final } = read(select, value);
  const kept = subsets.find(({ modalities }) => isSubset(modalities, chosen));
  const errors = kept === undefined ? [] : relative(targets, rows.test, final?.chosen ?? kept.test.error, unitOf);
  return { ...shared, errors, bits: kept === undefined ? null : { value: kept.information?.value ?? null } };
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data } = schema.safeParse(value);
  if (success) return data;
  throw new InputError(`${studyFiles.results}: holds no results of a study that this version knows`);
}

function crossvalResults(
  { targets, rows, pid }: z.output<typeof crossval>,
  { metrics: { headline }, baselines }: MeasuredTask,
  unitOf: (target: string) => string | null,
): Pick<Results, "errors" | "bits"> {
  const errors = Object.entries(targets).map(([target, found]): EntryError => {
    const { value, low, high } = read(ends, found[headline.key]);
    const name = baselines.linear.name;
    const beside = found.models[name]?.[headline.key]?.mean;
    return {
      ...{ target, unit: unitOf(target), rows, validation: null, test: value, interval: { low, high } },
      baseline: beside === undefined ? null : { name, test: beside },
    };
  });
  return { errors, bits: { value: pid.information.total?.mean ?? null } };
}

/** Of several targets these studies give one number without a unit, which is no error of any of them. */
function relative(
  targets: readonly string[],
  rows: number,
  { value, low, high }: z.output<typeof ends>,
  unitOf: (target: string) => string | null,
): EntryError[] {
  const only = targets.length === 1;
  return targets.map((target) => {
    const none = noError(target, unitOf(target));
    return only ? { ...none, rows, test: value, interval: { low, high } } : none;
  });
}
