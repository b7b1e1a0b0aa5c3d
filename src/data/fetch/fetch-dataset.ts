import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { InputError, RunError } from "../../errors.js";
import { makeFolder } from "../../files/make-folder.js";
import { checkOutputFolder } from "../../files/output-file.js";
import { unzip } from "../../files/unzip.js";
import { writeWhole } from "../../files/write-whole.js";
import { type PublicDataset, datasets as publicDatasets, type RemoteFile } from "./datasets.js";
import { type Downloaded, download } from "./download.js";
import type { RequestRules } from "./request.js";

export interface FetchedDataset {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly folder: string;
  readonly downloads: readonly Downloaded[];
  /** Tables that are ready to be read. */
  readonly tables: readonly string[];
  /** Note of origin, licence and what was done. */
  readonly provenance: string;
  /** Config that trains on the table; null where there is none. */
  readonly config: string | null;
}

/**
 * Downloads a public dataset into a folder, makes its table there and notes where it comes from.
 * @throws InputError for an unknown name or folder; RunError when the disk refuses a file, the download fails or the files
 *   are not what they should be
 */
export async function fetchDataset(
  name: string,
  folder: string,
  datasets: Readonly<Record<string, PublicDataset>> = publicDatasets,
  rules: RequestRules = {},
): Promise<FetchedDataset> {
  if (!Object.hasOwn(datasets, name)) {
    throw new InputError(`no dataset "${name}"; there is: ${Object.keys(datasets).join(", ")}`);
  }
  const dataset = datasets[name];
  await checkOutputFolder(folder);
  await makeFolder(folder);
  const downloads: Downloaded[] = [];
  const parts = new Map<string, Buffer>();
  const tables: string[] = [];
  for (const remote of dataset.files) {
    const entries = async (archive: string) => (remote.unpack ? await unpack(archive, remote.unpack) : []);
    const downloaded = await download(remote, path.join(folder, remote.name), rules, entries);
    downloads.push(downloaded);
    if (remote.unpack === undefined) tables.push(downloaded.file);
    for (const [entry, bytes] of await entries(downloaded.file).catch(advise(downloaded.file))) parts.set(entry, bytes);
  }
  tables.push(...(await writeTables(folder, dataset, parts)));
  const provenance = path.join(folder, "PROVENANCE.txt");
  await writeWhole(provenance, provenanceText(dataset, downloads, tables));
  const { title, licence, config = null } = dataset;
  return { name, title, licence, folder, downloads, tables, provenance, config };
}

/** An archive that was there already and is damaged keeps its record: both have to go. */
function advise(file: string): (error: Error) => never {
  return (error) => {
    if (!(error instanceof RunError)) throw error;
    throw new RunError(`${error.message}; delete it and ${file}.sha256, then fetch again`);
  };
}

async function unpack(archive: string, { entries, maxBytes }: NonNullable<RemoteFile["unpack"]>) {
  return unzip(await readFile(archive), archive, entries, maxBytes);
}

/** The merged table, or else the unpacked files as they are. */
async function writeTables(
  folder: string,
  { merge }: PublicDataset,
  parts: ReadonlyMap<string, Buffer>,
): Promise<string[]> {
  const files =
    merge === undefined ? parts : new Map([["table.csv.gz", gzipSync([...merge.lines(texts(parts)), ""].join("\n"))]]);
  const written: string[] = [];
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    await writeWhole(file, bytes);
    written.push(file);
  }
  return written;
}

function texts(parts: ReadonlyMap<string, Buffer>): Map<string, string> {
  return new Map([...parts].map(([name, bytes]) => [name, bytes.toString("utf8")]));
}

function provenanceText(
  { title, licence, citation, files, merge }: PublicDataset,
  downloads: readonly Downloaded[],
  tables: readonly string[],
): string {
  const origins = files.map(({ url }, i) => `origin:   ${url}\nSHA-256:  ${downloads[i].sha256}`);
  const made = tables.map((file) => path.basename(file)).join(", ");
  return [
    title,
    `licence:  ${licence}`,
    `cite:     ${citation}`,
    ...origins,
    `table:    ${made}${merge === undefined ? "" : `: ${merge.description}`}`,
    "",
  ].join("\n");
}
