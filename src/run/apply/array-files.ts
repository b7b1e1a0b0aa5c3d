import { resolve } from "node:path";
import { arrayPlace, withArrayFile } from "../../config/modalities/array-place.js";
import { besideModalities, besideOf } from "../../config/modalities/kinds.js";
import type { Config } from "../../config/schema.js";
import { InputError } from "../../errors.js";
import { dataChecksum } from "../../files/checksum.js";
import { checksummedFiles } from "../../record/environment.js";
import { RunFolder, runFiles } from "../../record/run-folder.js";
import { recordedConfig, recordedEnvironment } from "../../record/same-run.js";

/** Arrays that go with a table which a model reads. */
export interface ArraysOfTable {
  /** By name of the modality, whole paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Sentences for the user. */
  readonly messages: readonly string[];
}

/**
 * The array file of every modality that lies in one: as it is named, else the one that the run was trained on, where a
 * column of the table says which of its rows are meant.
 * @param given by name of the modality, relative to the current folder
 * @throws InputError for a name that is none, and where no file can be known
 */
export async function arraysOfTable(
  run: string,
  config: Pick<Config, "data">,
  given: Readonly<Record<string, string>> = {},
): Promise<ArraysOfTable> {
  const arrays = besideModalities(config.data.modalities).filter(([, , { place }]) => place !== undefined);
  const names = arrays.map(([name]) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const there = names.length === 0 ? "the model has no modality of that kind" : `there is ${names.join(", ")}`;
    throw new InputError(`--array ${unknown}: no modality that lies in one array has that name; ${there}`);
  }
  const files: [string, string][] = [];
  const messages: string[] = [];
  for (const [name, , { needs }] of arrays) {
    if (Object.hasOwn(given, name)) {
      files.push([name, withArrayFile(given[name], (file) => resolve(file))]);
      continue;
    }
    if (!needs.some(({ key }) => key === "index")) {
      throw new InputError(
        `the rows of modality "${name}" are those of its table, in order: name the array that belongs to this table, ` +
          `--array ${name}=FILE`,
      );
    }
    const known = await trainedArray(run, name);
    files.push([name, known.array]);
    messages.push(...known.messages);
  }
  return { files: Object.fromEntries(files), messages };
}

/** The array that a run was trained on, where it lies now. @throws InputError when the run does not say */
async function trainedArray(run: string, name: string): Promise<{ array: string; messages: string[] }> {
  const folder = new RunFolder(run);
  if (!(await folder.has(runFiles.config))) {
    throw new InputError(
      `${run}: holds no ${runFiles.config} that names the array of "${name}"; name it: --array ${name}=FILE`,
    );
  }
  const config = await recordedConfig(folder);
  const modality = Object.hasOwn(config.data.modalities, name) ? config.data.modalities[name] : undefined;
  const beside = modality === undefined ? null : besideOf(modality);
  if (beside === null || beside.place === undefined)
    throw new InputError(`${folder.file(runFiles.config)}: names no array of modality "${name}"`);
  const array = withArrayFile(beside.place, (file) => resolve(folder.path, file));
  const { file } = arrayPlace(array);
  const recorded = Object.values((await recordedEnvironment(folder)).dataChecksum);
  const trained = recorded[checksummedFiles(config).indexOf(arrayPlace(beside.place).file)];
  const now = await dataChecksum(file).catch(() => {
    throw new InputError(
      `${file}: the array of "${name}" in training cannot be read; name the one of this table: --array ${name}=FILE`,
    );
  });
  const messages =
    trained === now
      ? []
      : [
          `${file}: is not the array that "${name}" was trained on (another SHA-256); its rows are read by "${beside.needs[0].columns[0]}"`,
        ];
  return { array, messages };
}

/** `NAME=FILE` of the command line. @throws InputError for what has another form, or names a modality twice */
export function namedArrays(options: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const option of options) {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
    if (name === undefined)
      throw new InputError(`--array ${option}: expected NAME=FILE, the name of a modality and its array`);
    if (Object.hasOwn(named, name)) throw new InputError(`--array ${name}: is given twice`);
    named[name] = file;
  }
  return named;
}
