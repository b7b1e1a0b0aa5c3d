import { z } from "zod";
import { columnNameSchema as columnName } from "../column-name.js";
import type { Beside, NeededColumns, OfAnyKind } from "./beside.js";
import { anyChange, besideOfSource, changesTitle, preparationKeys, sourceKeys, sourceProblems } from "./row-source.js";

const seconds = z.number().positive().max(3600);

/** A modality of `kind: sequence`: numbers that follow each other in time. */
export const sequenceSchema = z
  .strictObject({
    kind: z
      .literal("sequence")
      .describe(
        "sequence: numbers in time: sounds (.wav), arrays, or windows of the rows before each row of a long table.",
      ),
    ...sourceKeys,
    order: z
      .enum(["TC", "CT"])
      .default("TC")
      .describe(
        "Of arrays: TC: time runs along the first axis of a row and channels along the second; CT: the other way round.",
      ),
    lengths: columnName
      .optional()
      .describe(
        "With `array`: column that holds how many steps of each row count; what follows is padding. All if left out.",
      ),
    length: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("With .npy files of different lengths: steps of a row; longer ones are cut off, shorter ones padded."),
    sampleRate: z
      .int()
      .min(1)
      .max(768_000)
      .optional()
      .describe("Samples per second that every .wav file must have; needed for sounds."),
    seconds: seconds
      .optional()
      .describe("Seconds of a sound that are read from its beginning; shorter ones are padded. Needed for sounds."),
    spectrogram: z
      .strictObject({
        mels: z
          .int()
          .min(1)
          .max(512)
          .default(40)
          .describe("Bands, evenly spaced on the mel scale up to half the sample rate."),
        window: seconds.default(0.025).describe("Seconds of a window."),
        hop: seconds.default(0.01).describe("Seconds from window to window."),
      })
      .optional()
      .describe("Log-mel spectrogram of a sound, in place of its samples."),
    columns: z
      .array(columnName)
      .min(1)
      .optional()
      .describe(
        "Windows of the table itself: columns of numbers, written as in a modality of columns. A row holds the values of the `window` " +
          "rows before it; where there are fewer it lacks the modality. What other modalities hold of the row itself may be among them, " +
          "and, by its whole name, the target, where its past will be known.",
      ),
    window: z.int().min(1).max(100_000).optional().describe("With `columns`: rows of a window."),
    orderBy: columnName
      .optional()
      .describe("With `columns`: column of numbers or dates by which rows follow each other."),
    within: columnName
      .optional()
      .describe("With `columns`: column whose equal values mark rows of one series; windows hold rows of one alone."),
    store: z.enum(["float16", "float32"]).default("float32").describe("How decoded values are kept on disk."),
    ...preparationKeys,
    augment: z
      .strictObject({
        shift: z
          .number()
          .min(0)
          .max(0.5)
          .optional()
          .describe("Moved in time by up to this share of the length. 0 if left out."),
        ...anyChange,
        timeMask: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe("Longest share of the steps that one random stretch takes out. 0 if left out."),
        frequencyMask: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe("Largest share of neighbouring channels that is taken out at random. 0 if left out."),
      })
      .optional()
      .describe(changesTitle),
  })
  .superRefine((sequence, context) => {
    for (const [key, message] of sequenceProblems(sequence)) context.addIssue({ code: "custom", path: [key], message });
  })
  .describe("A modality of numbers in time");

export type SequenceModalityConfig = z.output<typeof sequenceSchema>;

type Keys = Omit<SequenceModalityConfig, "kind">;

const windowKeys = ["window", "orderBy"] as const;
const soundKeys = ["sampleRate", "seconds"] as const;

function sequenceProblems(sequence: Keys): [string, string][] {
  const { columns, array } = sequence;
  const problems = sourceProblems(sequence, { columns });
  const sound = [...soundKeys, "spectrogram" as const].some((key) => sequence[key] !== undefined);
  for (const key of [...windowKeys, "within"] as const) {
    if (columns === undefined && sequence[key] !== undefined) problems.push([key, "goes with `columns`"]);
  }
  for (const key of windowKeys) {
    if (columns !== undefined && sequence[key] === undefined)
      problems.push([key, "missing; windows of `columns` need it"]);
  }
  for (const key of [...soundKeys, "spectrogram", "length"] as const) {
    if ((columns ?? array) !== undefined && sequence[key] !== undefined)
      problems.push([key, "goes with `path` or `pattern`"]);
  }
  for (const key of soundKeys) {
    if (sound && sequence[key] === undefined) problems.push([key, "missing; sounds need it"]);
  }
  if (sequence.lengths !== undefined && array === undefined) problems.push(["lengths", "goes with `array`"]);
  if (sequence.spectrogram !== undefined && sequence.spectrogram.hop > sequence.spectrogram.window)
    problems.push(["spectrogram", "has a hop longer than its window, so that parts of the sound would not be read"]);
  return problems;
}

/** Where its rows lie; null of a modality of another kind. */
export function sequenceBeside(modality: OfAnyKind): Beside<SequenceModalityConfig> | null {
  return isSequence(modality) ? besideOfSource(modality, neededBy(modality)) : null;
}

function neededBy({ lengths, columns, orderBy, within }: SequenceModalityConfig): NeededColumns[] {
  const one = (key: string, column: string | undefined, type: "number" | "text"): NeededColumns[] =>
    column === undefined ? [] : [{ key, columns: [column], type, role: key === "lengths" ? "place" : "shared" }];
  return [
    ...one("lengths", lengths, "number"),
    ...(columns === undefined ? [] : [{ key: "columns", columns, type: "number", role: "past" } as const]),
    ...one("orderBy", orderBy, "text"),
    ...one("within", within, "text"),
  ];
}

/** Whether rows hold values of rows before them. */
export function isWindows(modality: OfAnyKind): boolean {
  return isSequence(modality) && modality.columns !== undefined;
}

function isSequence(modality: OfAnyKind): modality is SequenceModalityConfig {
  return modality.kind === "sequence";
}
