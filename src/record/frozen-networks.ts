import { resolve } from "node:path";
import { sha256 } from "../files/checksum.js";
import { readOwnFile } from "../files/own-file.js";
import type { Preparations } from "../modalities/prepare.js";
import { damaged, otherDigest } from "./digests.js";
import { frozenFile, modelFiles, RunFolder } from "./run-folder.js";

/** What was fitted for a modality whose rows went through a frozen network, and the network. */
export function frozenAmong({ modalities }: Pick<Preparations, "modalities">) {
  return modalities.flatMap((fitted) =>
    "frozen" in fitted && fitted.frozen !== undefined ? [{ name: fitted.name, ...fitted.frozen }] : [],
  );
}

/**
 * The frozen networks of a model, by modality, as whole paths: the copies that its run keeps.
 * @throws InputError where one is missing or has other bytes
 */
export async function frozenNetworks(
  run: string,
  preparations: Pick<Preparations, "modalities">,
): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = [];
  for (const { name, sha256: expected } of frozenAmong(preparations)) {
    const file = frozenFile(expected);
    const path = resolve(new RunFolder(run).file(file));
    const bytes = await readOwnFile(run, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw damaged(path, `it is missing, and modality "${name}" is read through it`);
      throw error;
    });
    if (sha256(bytes) !== expected) throw otherDigest(path, bytes, expected, modelFiles.document);
    found.push([name, path]);
  }
  return Object.fromEntries(found);
}
