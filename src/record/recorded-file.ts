import { basename, dirname } from "node:path";
import { InputError } from "../errors.js";
import { dataChecksum } from "../files/checksum.js";
import { readDigests } from "./digests.js";
import { runFiles } from "./run-folder.js";

/**
 * Checks a file that is given as input and lies in a finished run (its config, its split): it must be what was written
 * there. A file anywhere else is the user's own.
 * @param label what messages call it
 * @throws InputError
 */
export async function checkRecorded(file: string, label: string): Promise<void> {
  // A list of digests that some other program wrote is none of a run.
  const digests = await readDigests(dirname(file)).catch(() => null);
  const expected = digests?.get(basename(file));
  if (expected === undefined || expected === (await dataChecksum(file))) return;
  throw new InputError(
    `${label}: was damaged or edited: it is not what ${runFiles.digests} beside it says. Restore it from a copy; ` +
      "a file of your own belongs into another folder than that of a run",
  );
}
