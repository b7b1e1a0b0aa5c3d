import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../src/files/checksum.js";
import { digestsText, readDigests } from "../../src/record/digests.js";

const tail = /(,\s*"digest":\s*")[0-9a-f]*("\s*\}\s*)$/;

/**
 * A changed document with the digest that its text now has, so that what lies behind the digest is tested. Bytes that no
 * longer end in a digest are given back as they are.
 */
export function resealDocument(bytes: Buffer): Buffer {
  const found = tail.exec(bytes.toString("latin1"));
  if (found === null) return bytes;
  const head = bytes.subarray(0, found.index);
  return Buffer.concat([head, Buffer.from(`${found[1]}${sha256(head)}${found[2]}`)]);
}

/** Gives the model of a folder the digests of its files as they now are. */
export async function resealModel(model: string): Promise<void> {
  const file = join(model, "model.json");
  const weights = sha256(await readFile(join(model, "weights.safetensors")));
  const text = (await readFile(file)).toString("latin1").replace(/("weights":\{"sha256":")[0-9a-f]*/, `$1${weights}`);
  await writeFile(file, resealDocument(Buffer.from(text, "latin1")));
}

/** Gives a finished run the digests of its files as they now are. */
export async function resealRun(run: string): Promise<void> {
  const digests = await readDigests(run);
  if (digests === null) throw new Error(`${run} carries no digests`);
  const now = new Map<string, string>();
  for (const name of digests.keys()) now.set(name, sha256(await readFile(join(run, name))));
  await writeFile(join(run, "SHA256SUMS"), digestsText(now));
}
