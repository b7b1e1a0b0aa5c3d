import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { InputError } from "../../src/errors.js";
import type { Rng } from "../../src/math/rng.js";

/** A bit of a file below a folder. */
export interface Flip {
  readonly file: string;
  readonly byte: number;
  readonly bit: number;
}

/** What became of flips: refused, the same results, or other results without a word. */
export interface FlipCounts {
  refused: number;
  same: number;
  /** None is wanted. */
  readonly silent: Flip[];
}

/** Paths of all files below a folder that hold something, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const sizes = await Promise.all(names.map(async (name) => (await readFile(join(folder, name))).length));
  return names.filter((_, i) => sizes[i] > 0).sort();
}

/** What nothing reads back, in folders of many files; each folder counts as one file. */
const manyFiles = /^(?:members\/\d\/)?(?:figures|tensorboard|checkpoint)\//;

/** A random bit of a random one of the files. */
export async function randomFlip(folder: string, files: readonly string[], rng: Rng): Promise<Flip> {
  const groups = new Map<string, string[]>();
  for (const name of files) {
    const key = manyFiles.exec(name)?.[0] ?? name;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const group = [...groups.values()][rng.integer(groups.size)];
  const file = group[rng.integer(group.length)];
  const { length } = await readFile(join(folder, file));
  return { file, byte: rng.integer(length), bit: rng.integer(8) };
}

/** Flips a bit; the result puts the file back as it was. */
export async function flip(folder: string, { file, byte, bit }: Flip): Promise<() => Promise<void>> {
  const path = join(folder, file);
  const bytes = await readFile(path);
  const flipped = Buffer.from(bytes);
  flipped[byte] ^= 1 << bit;
  await writeFile(path, flipped);
  return () => writeFile(path, bytes);
}

/** Counts what `attempt` does after a flip; it returns whether its results are those of the whole folder. */
export async function countFlip(counts: FlipCounts, flip: Flip, attempt: () => Promise<boolean>): Promise<void> {
  try {
    if (await attempt()) counts.same++;
    else counts.silent.push(flip);
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw new Error(`flip ${JSON.stringify(flip)}: ${(error as Error).stack}`, { cause: error });
    }
    counts.refused++;
  }
}
