import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { dataFiles } from "../config/data.js";
import type { Config } from "../config/schema.js";
import { dataChecksum } from "../files/checksum.js";

const require = createRequire(import.meta.url);

/** Version of pidreg, from its package.json. */
export function pidregVersion(): string {
  return (require("../../package.json") as { version: string }).version;
}

/**
 * SHA-256 of every data file of a config and of its split file, by the name the config uses.
 * @throws InputError when one cannot be read
 */
export async function dataChecksums(config: Config, baseFolder: string): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  const { file: split } = config.data.split;
  for (const file of [...dataFiles(config.data), ...(split === undefined ? [] : [split])]) {
    entries.push([file, await dataChecksum(isAbsolute(file) ? file : resolve(baseFolder, file))]);
  }
  return Object.fromEntries(entries);
}

/** What a result depends on beside its config. */
export interface Environment {
  readonly pidreg: string;
  readonly node: string;
  readonly platform: string;
  readonly engine: string;
  readonly seed: number;
  readonly dataChecksum: Readonly<Record<string, string>>;
}

export function describeEnvironment(config: Config, engine: string, checksums: Record<string, string>): Environment {
  return {
    pidreg: pidregVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engine,
    seed: config.seed,
    dataChecksum: checksums,
  };
}

/** Identifies what a run gives: config, data, engine and version. */
export function runFingerprint(config: Config, environment: Environment): string {
  return digest([trainedFrom(config, environment), config.evaluation]);
}

/**
 * Identifies what a checkpoint may be continued with: all of `runFingerprint` but the `evaluation` section, which is
 * worked out when training has ended.
 */
export function trainingFingerprint(config: Config, environment: Environment): string {
  return digest(trainedFrom(config, environment));
}

function trainedFrom(config: Config, { pidreg, engine, dataChecksum: checksums }: Environment): readonly unknown[] {
  // Where the data lie, what they cost, what units are called and how many threads compute does not change a result.
  const { threads: _threads, engine: _engine, evaluation: _evaluation, data, ...rest } = config;
  const { file: _file, units: _units, split, modalities, ...table } = data;
  const { file: _splitFile, ...parts } = split;
  const files = dataFiles(data);
  const columns = Object.entries(modalities).map(([name, { cost: _cost, file, ...modality }]) => {
    return [name, modality, file === undefined ? null : files.indexOf(file)];
  });
  return [pidreg, engine, Object.values(checksums), table, parts, columns, rest];
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
