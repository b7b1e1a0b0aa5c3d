import { lstat } from "node:fs/promises";
import { InputError } from "../errors.js";
import { createExclusively } from "./create-exclusively.js";
import { writing } from "./write-error.js";

/** @throws InputError when there is something of that name, also a link to nothing */
export async function refuseExisting(file: string): Promise<void> {
  const info = await lstat(file).catch(() => null);
  if (info !== null) throw taken(file);
}

/** Writes a file of a name that nothing has. @throws InputError when something has it; WriteError when the disk refuses */
export async function writeNew(file: string, text: string): Promise<void> {
  const { created } = await writing(file, async () => createExclusively(file, text));
  if (!created) throw taken(file);
}

function taken(file: string): InputError {
  return new InputError(`${file}: is there already; choose another name with --out, or replace it with --force`);
}
