import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../errors.js";
import { makeFolder } from "../make-folder.js";
import { writeWhole } from "../write-whole.js";
import { type PublicDataset, datasets as publicDatasets } from "./datasets.js";
import { type Downloaded, download } from "./download.js";
import type { RequestRules } from "./request.js";
import { unzip } from "./unzip.js";

export interface FetchedDataset {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly folder: string;
  readonly downloads: readonly Downloaded[];
  /** Tables that are ready to be read. */
  readonly tables: readonly string[];
}

/**
 * Downloads a public dataset into a folder and unpacks it there.
 * @throws InputError for an unknown name or a folder that cannot be written; RunError when the download fails
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
  const { title, licence, files } = datasets[name];
  await makeFolder(folder).catch((error: Error) => {
    throw new InputError(`${folder}: cannot be used as a folder: ${error.message}`);
  });
  const downloads: Downloaded[] = [];
  const tables: string[] = [];
  for (const remote of files) {
    const downloaded = await download(remote, path.join(folder, remote.name), rules);
    downloads.push(downloaded);
    if (remote.unpack === undefined) tables.push(downloaded.file);
    else tables.push(...(await unpack(downloaded.file, folder, remote.unpack)));
  }
  return { name, title, licence, folder, downloads, tables };
}

async function unpack(
  archive: string,
  folder: string,
  { entries, maxBytes }: { readonly entries: readonly string[]; readonly maxBytes: number },
): Promise<string[]> {
  const contents = unzip(await readFile(archive), archive, entries, maxBytes);
  const files: string[] = [];
  for (const [name, bytes] of contents) {
    const file = path.join(folder, name);
    await writeWhole(file, bytes);
    files.push(file);
  }
  return files;
}
