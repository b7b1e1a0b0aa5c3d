import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import type { DataConfig } from "../config/data.js";
import { streamingSchema } from "../config/streaming.js";
import type { StreamingPlace } from "./rows.js";

/** Most threads that decode unless more are asked for: from there on the disk is what takes the time. */
const mostWorkers = 8;

/** Where decoded rows are kept. @param modalities beside the table, which share the memory */
export function streamingPlace(
  { streaming }: Pick<DataConfig, "streaming">,
  baseFolder: string,
  modalities: number,
): StreamingPlace {
  const { memory, workers, prefetch, cache, disk } = streamingSchema.parse(streaming ?? {});
  const own = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return {
    memory: (memory * 1e6) / Math.max(1, modalities),
    workers: workers === "auto" ? Math.min(mostWorkers, availableParallelism()) : workers,
    prefetch,
    cache: cache === undefined ? join(own, "pidreg") : resolve(baseFolder, cache),
    disk: disk * 1e9,
  };
}
