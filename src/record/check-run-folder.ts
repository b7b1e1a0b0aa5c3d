import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../errors.js";

/** The plan of a study; a folder that has it holds runs and is none. */
const studyPlan = "study.json";

/**
 * Whether a folder can be a run at all, before its files are read.
 * @param expected what the user is to give, in words
 * @throws InputError where there is no such folder, or it is a file, or a study, whose runs lie in its folder runs
 */
export async function checkRunFolder(folder: string, expected = "a run folder, such as runs/NAME"): Promise<void> {
  const info = await stat(folder).catch(() => null);
  if (info === null) throw new InputError(`${folder}: there is no such folder; expected ${expected}`);
  if (!info.isDirectory()) throw new InputError(`${folder}: is a file; expected ${expected}`);
  const plan = await stat(path.join(folder, studyPlan)).catch(() => null);
  if (plan === null) return;
  throw new InputError(`${folder}: is a study; expected ${expected}. Its runs are ${path.join(folder, "runs")}/NAME`);
}
