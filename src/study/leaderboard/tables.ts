import { basename } from "node:path";
import { z } from "zod";
import { sha256 } from "../../files/checksum.js";
import type { EntryTable } from "../../report/leaderboard/leaderboard.js";

/** What a list of runs reads of a config, of whatever version: names of files, targets and units. */
const readConfig = z.object({
  name: z.string().optional().catch(undefined),
  data: z
    .object({
      target: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .catch(undefined),
      units: z.record(z.string(), z.string()).optional().catch(undefined),
      split: z.object({ file: z.string().optional() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** What is known of a config. */
export interface KnownConfig {
  readonly name: string | null;
  readonly targets: readonly string[];
  readonly units: Readonly<Record<string, string>>;
  /** The file of its split, which is no part of its table. */
  readonly splitFile: string | undefined;
}

/** @param value parsed YAML or JSON */
export function knownConfig(value: unknown): KnownConfig {
  const { name, data } = readConfig.safeParse(value).data ?? {};
  const { target = [], units = {}, split } = data ?? {};
  return { name: name ?? null, targets: [target].flat(), units, splitFile: split?.file };
}

/**
 * The table that was read: runs of the same files have the same one, wherever they lay and whatever they were called.
 * @param checksums by the names of the files; versions before names were kept gave one
 * @returns null where no checksum is known
 */
export function tableOf(
  checksums: Readonly<Record<string, string>> | string | undefined,
  { splitFile }: Pick<KnownConfig, "splitFile">,
): EntryTable | null {
  if (checksums === undefined) return null;
  if (typeof checksums === "string") return { name: "table", key: sha256(checksums) };
  const files = Object.entries(checksums).filter(([name]) => name !== splitFile);
  if (files.length === 0) return null;
  const [[first]] = files;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : "";
  return {
    name: basename(first) + more,
    key: sha256(
      files
        .map(([, sum]) => sum)
        .sort()
        .join("\n"),
    ),
  };
}
