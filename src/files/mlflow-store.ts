import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { InputError } from "../errors.js";
import { isFolder, makeFolder } from "./make-folder.js";
import { writing } from "./write-error.js";
import { yamlText } from "./yaml.js";

/** One value of a metric. */
export interface TrackedValue {
  readonly step: number;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A finished run as MLflow knows it. */
export interface TrackedRun {
  readonly experiment: string;
  /** 32 hexadecimal digits; a run that is there under it is replaced. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly params: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, readonly TrackedValue[]>;
  readonly tags: ReadonlyMap<string, string>;
  /** Writes the run's files into a folder that is there and empty. */
  readonly writeArtifacts: (folder: string) => Promise<void>;
}

/** Most characters of a parameter's value that MLflow takes. */
const longestParam = 6000;

/** Status and kind of source as the store numbers them: FINISHED and LOCAL of service.proto. */
const finished = 3;
const local = 4;

/**
 * Writes a run into a folder of MLflow's file store (`mlruns`), which `mlflow ui --backend-store-uri` shows: experiment and
 * run as folders with a meta.yaml, one file per parameter, tag and metric (lines "time value step"), files under
 * `artifacts/`. Layout: https://mlflow.org/docs/latest/ml/tracking/backend-stores/ and mlflow/store/tracking/file_store.py.
 * The run appears all at once; it is made an experiment's that has the name, a new one where none has.
 * @throws InputError when the folder is none of MLflow's, WriteError when the disk refuses a file
 */
export async function writeTrackedRun(root: string, run: TrackedRun): Promise<string> {
  await makeFolder(root);
  const experiment = await experimentId(root, run.experiment);
  const folder = join(root, experiment, run.id);
  const draft = join(root, `.${run.id}.${process.pid}`);
  try {
    await writeRun(draft, { ...run, experiment }, pathToFileURL(resolve(folder, "artifacts")).href);
    await writing(folder, async () => {
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function writeRun(folder: string, run: TrackedRun, artifactUri: string): Promise<void> {
  const artifacts = join(folder, "artifacts");
  for (const place of [folder, artifacts, ...["metrics", "params", "tags"].map((name) => join(folder, name))]) {
    await writing(place, () => mkdir(place));
  }
  const params = [...run.params].filter(([, value]) => value.length <= longestParam);
  await writeValues(join(folder, "params"), params);
  await writeValues(join(folder, "tags"), [...run.tags]);
  const series = [...run.metrics].filter(([, values]) => values.length > 0);
  await writeValues(
    join(folder, "metrics"),
    series.map(([key, values]) => [key, values.map(({ time, value, step }) => `${time} ${value} ${step}\n`).join("")]),
  );
  await run.writeArtifacts(artifacts);
  await writeText(join(folder, "meta.yaml"), yamlText(runMeta(run, artifactUri)));
}

function runMeta({ experiment, id, name, start, end }: TrackedRun, artifactUri: string) {
  return {
    ...{ artifact_uri: artifactUri, end_time: end, entry_point_name: "", experiment_id: experiment },
    ...{ lifecycle_stage: "active", run_id: id, run_name: name, run_uuid: id, source_name: "", source_type: local },
    ...{ source_version: "", start_time: start, status: finished, tags: [], user_id: "" },
  };
}

/** Keys may hold slashes, which are folders. */
async function writeValues(folder: string, values: readonly (readonly [key: string, text: string])[]): Promise<void> {
  for (const [key, text] of uniqueKeys(values)) {
    const file = join(folder, key);
    await writing(file, () => mkdir(dirname(file), { recursive: true }));
    await writeText(file, text);
  }
}

/** MLflow takes letters, digits, "_", "-", ".", blanks and slashes in a key; equal ones of what is left get a number. */
function uniqueKeys<V>(values: readonly (readonly [key: string, value: V])[]): Map<string, V> {
  const taken = new Map<string, V>();
  for (const [key, value] of values) {
    const name = trackedKey(key);
    let free = name;
    for (let copy = 2; taken.has(free); copy++) free = `${name}-${copy}`;
    taken.set(free, value);
  }
  return taken;
}

/** A key with "_" in the place of each character that MLflow does not take. */
export function trackedKey(key: string): string {
  const pieces = key.split("/").map((piece) => piece.replace(/[^\w.\- ]/g, "_").replace(/^\.*$/, "_"));
  return pieces.join("/").slice(0, longestKey);
}

const longestKey = 250;

/** The folder of the experiment of a name; made where there is none. */
async function experimentId(root: string, name: string): Promise<string> {
  const there = await existingExperiment(root, name);
  if (there !== undefined) return there;
  // Eighteen digits, as those that MLflow draws.
  const id = String(BigInt(`0x${createHash("sha256").update(name).digest("hex")}`) % 10n ** 18n).padStart(18, "1");
  const now = Date.now();
  const folder = join(root, id);
  if (await isFolder(folder)) throw new InputError(`${folder}: is there, but no experiment of MLflow; move it away`);
  await makeFolder(folder);
  const meta = {
    ...{ artifact_location: pathToFileURL(resolve(folder)).href, creation_time: now, experiment_id: id },
    ...{ last_update_time: now, lifecycle_stage: "active", name },
  };
  await writeText(join(folder, "meta.yaml"), yamlText(meta));
  return id;
}

async function existingExperiment(root: string, name: string): Promise<string | undefined> {
  for (const entry of await readdir(root)) {
    const file = join(root, entry, "meta.yaml");
    if (!(await isFile(file))) continue;
    const meta: unknown = parse(await readFile(file, "utf8"));
    if (typeof meta === "object" && meta !== null && "name" in meta && meta.name === name) return entry;
  }
  return undefined;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (info) => info.isFile(),
    () => false,
  );
}

function writeText(file: string, text: string): Promise<void> {
  return writing(file, () => writeFile(file, text));
}
