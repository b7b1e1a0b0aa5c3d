import { createHash } from "node:crypto";
import { dataChecksum } from "../../files/checksum.js";
import { fileBehindName } from "../../files/named-file.js";

/** Tables that a model is to read, as they are given. */
export type GivenTables = string | readonly string[];

/** How tables are called in messages. */
export function tablesLabel(data: GivenTables): string {
  return [data].flat().join(", ");
}

/** How they are called in titles, where room is short: the first, and how many more. */
export function tablesTitle(data: GivenTables): string {
  const [first, ...others] = [data].flat();
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Their files: what stands behind the name of a modality, where one stands in front. */
export function tableFiles(data: GivenTables): string[] {
  return [data].flat().map(fileBehindName);
}

/** The SHA-256 of each file. */
export async function tableChecksums(data: GivenTables): Promise<string[]> {
  const checksums: string[] = [];
  for (const file of tableFiles(data)) checksums.push(await dataChecksum(file));
  return checksums;
}

/** The SHA-256 of a table; of several, that of the lines of their SHA-256, in the order given. */
export async function tablesChecksum(data: GivenTables): Promise<string> {
  const checksums = await tableChecksums(data);
  if (checksums.length === 1) return checksums[0];
  return createHash("sha256")
    .update(checksums.map((each) => `${each}\n`).join(""))
    .digest("hex");
}
