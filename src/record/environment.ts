import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { dataFiles } from "../config/data.js";
import { besideFiles, besideOf, type ModalityConfig } from "../config/modalities/kinds.js";
import type { Config } from "../config/schema.js";
import { dataChecksum } from "../files/checksum.js";
import { readUnchanged } from "../files/read-unchanged.js";
import { rowFileChecksums } from "../modalities/row-files.js";
import type { Environment } from "./data-schemas.js";
import { checkRecorded } from "./recorded-file.js";

const require = createRequire(import.meta.url);

/** Version of pidreg, from its package.json. */
export function pidregVersion(): string {
  return (require("../../package.json") as { version: string }).version;
}

/**
 * SHA-256 of every data file of a config and of its split file, by the name the config uses; then one for the files of each
 * modality whose rows name files of their own, `files of photo`.
 */
export type DataChecksums = Readonly<Record<string, string>>;

/** Names of the tables and arrays of a config and of its split file, as the config gives them. */
export function checksummedFiles({ data }: Pick<Config, "data">): string[] {
  const { file: split } = data.split;
  return [...new Set([...dataFiles(data), ...besideFiles(data.modalities), ...(split === undefined ? [] : [split])])];
}

/**
 * The checksums of a config's files as they are now.
 * @throws InputError when one cannot be read
 */
export async function dataChecksums(config: Pick<Config, "data">, baseFolder: string): Promise<DataChecksums> {
  const entries: [string, string][] = [];
  for (const file of checksummedFiles(config)) entries.push([file, await dataChecksum(resolve(baseFolder, file))]);
  return { ...Object.fromEntries(entries), ...(await rowFileChecksums(config.data, baseFolder)) };
}

/**
 * Reads the files of a config, and tells their checksums: those of the bytes that were read.
 * @throws InputError naming a file that changed meanwhile; what `read` throws otherwise
 */
export async function readChecksummed<T>(
  config: Pick<Config, "data">,
  baseFolder: string,
  read: () => Promise<T>,
): Promise<{ readonly value: T; readonly checksums: DataChecksums }> {
  const names = checksummedFiles(config);
  const paths = names.map((file) => resolve(baseFolder, file));
  const { value, checksums } = await readUnchanged(paths, read);
  // Decoding makes sure that the files of rows are the ones that are digested here.
  const ofRows = await rowFileChecksums(config.data, baseFolder);
  const byName = { ...Object.fromEntries(names.map((name, i) => [name, checksums[i]])), ...ofRows };
  const { file: split } = config.data.split;
  if (split !== undefined) await checkRecorded(resolve(baseFolder, split), `data.split.file: ${split}`);
  return { value, checksums: byName };
}

/**
 * The files that are not those that a run was begun with, by their name in the config; files are told by their place in it.
 * @param recorded `dataChecksum` of the run
 */
export function changedFiles(recorded: DataChecksums, now: DataChecksums): string[] {
  const known = Object.values(recorded);
  return Object.entries(now).flatMap(([name, checksum], i) => (checksum === known[i] ? [] : [name]));
}

export function describeEnvironment(config: Config, engine: string, checksums: DataChecksums): Environment {
  return {
    pidreg: pidregVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engine,
    seed: config.seed,
    dataChecksum: checksums,
  };
}

/** What of its environment makes a run the run that it is. */
export type Identity = Pick<Partial<Environment>, "pidreg" | "engine"> & Pick<Environment, "dataChecksum">;

/** Identifies what a run gives: config, data, engine and version. */
export function runFingerprint(config: Config, environment: Identity): string {
  return digest([trainedFrom(config, environment), config.evaluation]);
}

/**
 * Identifies what a checkpoint may be continued with: all of `runFingerprint` but the `evaluation` section, which is
 * worked out when training has ended.
 */
export function trainingFingerprint(config: Config, environment: Identity): string {
  return digest(trainedFrom(config, environment));
}

function trainedFrom(config: Config, { pidreg, engine, dataChecksum: checksums }: Identity): readonly unknown[] {
  // Where the data lie and how they are streamed, what they cost, what units are called and how many threads compute does not
  // change a result.
  const { threads: _threads, engine: _engine, evaluation: _evaluation, data, ...rest } = config;
  const { file: _file, units: _units, streaming: _streaming, split, modalities, tables, ...table } = data;
  const { file: _splitFile, ...parts } = split;
  const files = dataFiles(data);
  const beside = besideFiles(modalities);
  const columns = Object.entries(modalities).map(([name, modality]) => {
    const { file } = modality;
    return [name, placed(modality, beside), file === undefined ? null : files.indexOf(file)];
  });
  const joined = tables?.map(({ file, ...words }) => ({ ...words, file: files.indexOf(file) }));
  const section = joined === undefined ? table : { ...table, tables: joined };
  return [pidreg, engine, Object.values(checksums), section, parts, columns, rest];
}

/** What of a modality changes a result: its files by their place among those of the config, instead of their names. */
function placed(modality: ModalityConfig, files: readonly string[]): object {
  const renamed = besideOf(modality)?.renamed((file) => String(files.indexOf(file)));
  return { ...(renamed ?? { ...modality, kind: undefined }), cost: undefined, file: undefined };
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
