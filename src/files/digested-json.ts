import { sha256 } from "./checksum.js";
import { jsonText } from "./json.js";

const tails = {
  compact: (digest: string) => `,"digest":"${digest}"}\n`,
  indented: (digest: string) => `,\n  "digest": "${digest}"\n}\n`,
};
const anyTail = /,\s*"digest":\s*"[^"]*"\s*\}\s*$/;

/**
 * A JSON object with one more key at its end: `digest`, the SHA-256 of the text before the comma of that key.
 * @param value an object of at least one key, none of them `digest`
 * @param label what it is, for the error
 * @throws RunError naming the place of a number that is not finite
 */
export function digestedJson(value: object, label: string, style: keyof typeof tails = "compact"): string {
  const text = jsonText(value, label, { indent: style === "compact" ? 0 : 2 });
  const head = text.slice(0, text.lastIndexOf("}")).trimEnd();
  return head + tails[style](sha256(head));
}

/** Whether the bytes of such an object are those that were written; `none` where it ends in no digest. */
export function checkDigest(bytes: Buffer): "fits" | "differs" | "none" {
  // One character per byte: a damaged byte must not be decoded into the same text.
  const found = anyTail.exec(bytes.toString("latin1"));
  if (found === null) return "none";
  const digest = sha256(bytes.subarray(0, found.index));
  return Object.values(tails).some((tail) => tail(digest) === found[0]) ? "fits" : "differs";
}
