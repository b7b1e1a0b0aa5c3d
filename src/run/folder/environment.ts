import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { dataFiles } from "../../config/data.js";
import type { Config } from "../../config/schema.js";
import { dataChecksum } from "../../data/checksum.js";

const require = createRequire(import.meta.url);

/** Version of pidreg, from its package.json. */
export function pidregVersion(): string {
  return (require("../../../package.json") as { version: string }).version;
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

/** Identifies what a checkpoint may be continued with: config, data, engine and version. */
export function fingerprintOf(config: Config, environment: Environment): string {
  const { pidreg, engine, dataChecksum: checksums } = environment;
  // Where the data lie, what they cost, what units are called and how many threads compute does not change a result.
  const { threads: _threads, engine: _engine, data, ...rest } = config;
  const { file: _file, units: _units, split, modalities, ...table } = data;
  const { file: _splitFile, ...parts } = split;
  const files = dataFiles(data);
  const columns = Object.entries(modalities).map(([name, { cost: _cost, file, ...modality }]) => {
    return [name, modality, file === undefined ? null : files.indexOf(file)];
  });
  const text = JSON.stringify([pidreg, engine, Object.values(checksums), table, parts, columns, rest]);
  return createHash("sha256").update(text).digest("hex");
}
