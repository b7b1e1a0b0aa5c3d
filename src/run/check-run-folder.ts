import type { Config } from "../config/schema.js";
import { InputError } from "../errors.js";
import { checkOutputFolder } from "../files/output-file.js";
import { refuseLinks } from "../files/own-file.js";
import { HeldFolder, isNothing } from "../record/held-folder.js";
import { type RunFolder, runFiles } from "../record/run-folder.js";

/** What is to be written into a folder. */
export interface RunPlace {
  readonly config: Config;
  /** The folder where the caller holds it already. */
  readonly held?: HeldFolder;
  /** Go on with the run that is there. */
  readonly resume?: boolean;
  /** Replace the run that is there. */
  readonly overwrite?: boolean;
}

/** As `checkFolder`; where another process is at work in the folder, that is what the user is told. */
export async function checkUnheld(folder: RunFolder, options: RunPlace): Promise<void> {
  try {
    await checkFolder(folder, options);
  } catch (error) {
    if (options.held === undefined) await HeldFolder.refuseInUse(folder);
    throw error;
  }
}

/**
 * A run is written into a folder that is new, empty or holds a run already: other files are never touched.
 * @throws InputError before anything long or lasting has happened
 */
export async function checkFolder(folder: RunFolder, { config, resume, overwrite }: RunPlace): Promise<void> {
  await checkOutputFolder(folder.path);
  await refuseLinks(folder.path, Object.values(runFiles));
  const entries = (await folder.entries()) ?? [];
  if (!entries.includes(runFiles.environment)) {
    const some = entries.find((name) => !isNothing(name));
    if (some === undefined) return;
    throw new InputError(`${folder.path}: holds other files (${some}, ..) and no run; choose a new folder with --out`);
  }
  if (resume) refuseOtherKind(folder, entries, config);
  if (resume || overwrite) return;
  if (entries.includes(runFiles.metrics)) {
    throw new InputError(`${folder.path}: already holds a finished run; choose another folder with --out`);
  }
  if (entries.includes(runFiles.checkpoint) || entries.includes(runFiles.members)) {
    throw new InputError(
      `${folder.path}: holds an interrupted run; continue it with --resume, or choose another --out`,
    );
  }
}

/** A single training and an ensemble do not continue each other; starting again would delete what is there. */
function refuseOtherKind(folder: RunFolder, entries: readonly string[], { ensemble }: Config): void {
  const several = ensemble > 1;
  if (!entries.includes(several ? runFiles.checkpoint : runFiles.members)) return;
  const kinds = ["a single training", "an ensemble"];
  const [found, asked] = several ? kinds : kinds.toReversed();
  throw new InputError(
    `${folder.path}: holds ${found}, and the config asks for ${asked} (ensemble: ${ensemble}); resume with the config ` +
      "it was begun with, or choose another --out",
  );
}
