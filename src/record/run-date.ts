import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parsedJson } from "../files/json.js";
import { RunFolder, runFiles } from "./run-folder.js";

/** A line of log.jsonl: milliseconds since 1970. */
const logLine = z.object({ time: z.number().min(0).max(8.64e15) });

/**
 * When a run was last at work, by the last line of its log; where it has none, when one of its files was last written.
 * @param files looked at in turn where there is no log
 * @returns null where nothing tells
 */
export async function runDate(folder: string, files: readonly string[]): Promise<Date | null> {
  const bytes = await new RunFolder(folder).readBytes(runFiles.log).catch(() => null);
  const lines = Buffer.from(bytes ?? [])
    .toString("utf8")
    .trimEnd()
    .split("\n");
  // The last one may be half written.
  for (const line of lines.slice(-2).reverse()) {
    const { success, data } = logLine.safeParse(parsedJson(line));
    if (success) return new Date(data.time);
  }
  for (const name of files) {
    const info = await stat(join(folder, name)).catch(() => null);
    if (info !== null) return info.mtime;
  }
  return null;
}
