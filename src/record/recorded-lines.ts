import type { z } from "zod";
import { InputError } from "../errors.js";
import { epochLine } from "../training/epoch-line.js";
import { type Progress, phaseName } from "../training/progress.js";
import { type LineMark, parseLines, readLineFile, readToMark } from "./line-file.js";
import { pidLine } from "./pid-schemas.js";
import { type RunFolder, runFiles } from "./run-folder.js";
import { TensorBoardEvents } from "./tensorboard.js";

const [epochs, atoms] = [runFiles.metricsByEpoch, runFiles.pidByEpoch] as const;

/** The line files that a training goes on from. */
export type LineFileName = typeof epochs | typeof atoms;
/** What they hold. */
export type RecordedLines = Readonly<Record<LineFileName, Buffer>>;
/** How far they reach. */
export type LineMarks = Readonly<Record<LineFileName, LineMark>>;

/** How their lines are described. */
export const lineSchemas = { [epochs]: epochLine, [atoms]: pidLine } as const;

/** One value for each line file. */
export function eachLineFile<T>(make: (name: LineFileName) => T): Record<LineFileName, T> {
  return { [epochs]: make(epochs), [atoms]: make(atoms) } as Record<LineFileName, T>;
}

/** Before the first epoch. */
export const noLines: RecordedLines = eachLineFile(() => Buffer.alloc(0));

/**
 * Writes the TensorBoard file of the given lines, from its beginning: after a rewind it holds neither more nor less than
 * these, whatever a killed process left in it.
 * @returns what goes on from there
 */
export async function restoreEvents(folder: RunFolder, lines: RecordedLines): Promise<TensorBoardEvents> {
  const read = <T>(name: LineFileName, schema: z.ZodType<T>): T[] =>
    parseLines(lines[name], folder.file(name)).map((value, i) => {
      const { success, data } = schema.safeParse(value);
      if (success) return data;
      throw new InputError(
        `${folder.file(name)}: line ${i + 1}: not a line of this file; the file was damaged or edited`,
      );
    });
  const events = new TensorBoardEvents();
  await folder.createInside(runFiles.tensorboard);
  await folder.writeBytes(runFiles.events, events.replay(read(epochs, epochLine), read(atoms, pidLine)));
  return events;
}

/**
 * The lines that a checkpoint goes on from. Those of later epochs and of the end of the run are about to be written again.
 * @param marks how far the files reached; left out by versions that did not note it
 * @throws InputError when they are not what they were
 */
export async function linesUntil(
  folder: RunFolder,
  { progress, marks }: { readonly progress: Progress; readonly marks?: LineMarks | undefined },
): Promise<RecordedLines> {
  if (marks !== undefined) {
    return {
      [epochs]: await readToMark(folder, epochs, marks[epochs]),
      [atoms]: await readToMark(folder, atoms, marks[atoms]),
    };
  }
  const done = (line: Line): boolean => {
    const { success, data } = phaseName.safeParse(line.phase);
    const index = success ? progress.phases.indexOf(data) : -1;
    return index < progress.phaseIndex || (index === progress.phaseIndex && Number(line.epoch) <= progress.epoch);
  };
  return {
    [epochs]: await linesThat(done, folder, epochs),
    [atoms]: await linesThat((line) => line.phase !== "stage2" && done(line), folder, atoms),
  };
}

type Line = Record<string, unknown>;

async function linesThat(keep: (line: Line) => boolean, folder: RunFolder, name: LineFileName): Promise<Buffer> {
  const values = parseLines(await readLineFile(folder, name), folder.file(name));
  const kept = values
    .filter((value) => typeof value === "object" && value !== null && keep(value as Line))
    .map((value) => `${JSON.stringify(value)}\n`);
  return Buffer.from(kept.join(""));
}

/**
 * Cuts the records back to the given lines. Those of a finished run stay as they are, for its readers, until its results are
 * replaced; unless epochs are to be trained again, since its newest checkpoint is lost: then it is a run in training.
 */
export async function rewindTo(folder: RunFolder, lines: RecordedLines): Promise<void> {
  await folder.dropHalfLine(runFiles.log);
  if (await folder.has(runFiles.digests)) {
    if ((await readLineFile(folder, epochs)).length === lines[epochs].length) return;
    for (const name of [runFiles.digests, runFiles.metrics]) await folder.remove(name);
  }
  for (const name of [epochs, atoms]) await folder.writeBytes(name, lines[name]);
}
