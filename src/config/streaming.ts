import { z } from "zod";

/** `data.streaming`: how rows are read that are decoded from files, or too many to be held in memory. */
export const streamingSchema = z.strictObject({
  memory: z
    .number()
    .min(1)
    .max(1_000_000)
    .default(256)
    .describe(
      "Megabytes of rows, of all modalities that lie beside the table, that are held in memory; what does not fit is read from disk " +
        "batch by batch.",
    ),
  prefetch: z.int().min(0).max(64).default(2).describe("Batches that are read ahead while one is trained on."),
  workers: z
    .union([z.literal("auto"), z.int().min(1).max(64)])
    .default("auto")
    .describe("Threads that decode files; auto: as many as there are cores, at most 8."),
  cache: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of decoded rows, and of training rows out of core, relative to the config file; it can be deleted at any time. pidreg in the user's cache folder " +
        "($XDG_CACHE_HOME, ~/.cache) if left out.",
    ),
  disk: z
    .number()
    .min(0.001)
    .max(1_000_000)
    .default(20)
    .describe(
      "Gigabytes that rows may take on disk; the longest unused are removed first. Rows out of core take twice theirs while they are written.",
    ),
});

export type StreamingConfig = z.output<typeof streamingSchema>;
