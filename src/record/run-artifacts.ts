import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../files/make-folder.js";
import { writeWhole } from "../files/write-whole.js";
import { RunReader, readDigests } from "./digests.js";
import { RunFolder, runFiles } from "./run-folder.js";

/** What every finished run has of the files that tell of its result. */
const always = [
  runFiles.config,
  runFiles.environment,
  runFiles.data,
  runFiles.metrics,
  runFiles.pid,
  runFiles.predictions,
];

/**
 * Copies the files of a finished run, each held against its digest, without checkpoints.
 * @param to a folder that is there
 * @throws InputError when a file is missing or damaged, WriteError when the disk refuses a copy
 */
export async function copyRun(folder: string, to: string): Promise<void> {
  const digests = await readDigests(folder);
  const names = digests === null ? always : [...digests.keys(), runFiles.digests];
  await RunReader.reading(folder, async (reader) => {
    for (const name of names) {
      const bytes = name === runFiles.digests ? await new RunFolder(folder).readText(name) : await reader.read(name);
      await makeFolder(dirname(join(to, name)));
      await writeWhole(join(to, name), bytes);
    }
  });
}

/** When the run was finished, in milliseconds since 1970: when its metrics were written. */
export async function finishedAt(folder: string): Promise<number> {
  return Math.round((await stat(join(folder, runFiles.metrics))).mtimeMs);
}
