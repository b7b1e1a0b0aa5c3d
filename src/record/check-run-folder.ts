import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../errors.js";
import { systemReason } from "../files/write-error.js";

/** The plan of a study; a folder that has it holds runs and is none. */
const studyPlan = "study.json";

/**
 * Whether a folder can be a run at all, before its files are read.
 * @param expected what the user is to give, in words
 * @throws InputError where there is no such folder, or it is a file, or a study, whose runs lie in its folder runs
 */
export async function checkRunFolder(folder: string, expected = "a run folder, such as runs/NAME"): Promise<void> {
  const info = await found(folder);
  if (info === null) throw new InputError(`${folder}: there is no such folder; expected ${expected}`);
  if (!info.isDirectory()) throw new InputError(`${folder}: is a file; expected ${expected}`);
  const plan = await found(path.join(folder, studyPlan));
  if (plan === null) return;
  throw new InputError(`${folder}: is a study; expected ${expected}. Its runs are ${path.join(folder, "runs")}/NAME`);
}

/** What lies at a place, null where nothing does. @throws InputError where the system does not say */
async function found(place: string): Promise<Stats | null> {
  try {
    return await stat(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new InputError(`${place}: cannot be read: ${systemReason(error as NodeJS.ErrnoException)}`);
  }
}
