import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../errors.js";
import { parsedJson } from "../../files/json.js";
import { RunFolder } from "../../record/run-folder.js";
import { arrayFiles } from "./script.js";

/** The folder of a study's arrays in its folder; of an ensemble's among its members. */
export const arrayFolder = "slurm";

const schema = z.object({
  format: z.literal("pidreg-arrays-1"),
  arrays: z.array(
    z.object({
      /** By which SLURM finds it, whatever became of the process that submitted it. */
      name: z.string().regex(/^pidreg-[0-9a-f]+$/),
      /** Its number; null as long as SLURM has not told. */
      job: z.string().regex(/^\d+$/).nullable(),
      /** Tasks of it, by the numbers of the executor; SLURM's are smaller by `offset`. */
      tasks: z.array(z.int()),
      offset: z.int(),
    }),
  ),
});

/** An array that was submitted. */
export type SubmittedArray = z.infer<typeof schema>["arrays"][number];

/** Arrays that were submitted from a folder and are not known to have ended. */
export async function readArrays(folder: RunFolder): Promise<SubmittedArray[]> {
  if (!(await folder.has(arrayFiles.arrays))) return [];
  const { success, data } = schema.safeParse(parsedJson(await folder.readText(arrayFiles.arrays)));
  if (success) return data.arrays;
  const file = folder.file(arrayFiles.arrays);
  throw new InputError(`${file}: is not what was written; delete it once no array of this folder is in squeue`);
}

/** Writes them; no file is left where there are none. */
export async function writeArrays(folder: RunFolder, arrays: readonly SubmittedArray[]): Promise<void> {
  if (arrays.length === 0) return folder.remove(arrayFiles.arrays);
  await folder.writeText(arrayFiles.arrays, `${JSON.stringify({ format: "pidreg-arrays-1", arrays })}\n`);
}

/** The arrays of a study that are not known to have ended. @param study its folder */
export function arraysOf(study: string): Promise<SubmittedArray[]> {
  return readArrays(new RunFolder(join(study, arrayFolder)));
}
