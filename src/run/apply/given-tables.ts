import { createHash } from "node:crypto";
import { dataChecksum } from "../../files/checksum.js";
import { fileBehindName } from "../../files/named-file.js";

/** Tables that a model is to read, as they are given. */
export type GivenTables = string | readonly string[];

/** How tables are called in messages. */
export function tablesLabel(data: GivenTables): string {
  return [data].flat().join(", ");
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
