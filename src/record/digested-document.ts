import { InputError } from "../errors.js";
import { checkDigest } from "../files/digested-json.js";
import { damaged } from "./digests.js";

/** The value of a JSON document without its digest, and whether it carried one, which fits then. */
export interface DigestedDocument {
  readonly value: unknown;
  readonly digested: boolean;
}

/**
 * Parses a document that `digestedJson` wrote, or one of a version that gave it no digest.
 * @throws InputError when it is not JSON, or not what was written
 */
export function parseDigested(bytes: Buffer, file: string): DigestedDocument {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new InputError(`${file}: not valid JSON (${(error as Error).message}); it was damaged or edited`);
  }
  const found = checkDigest(bytes);
  const keyed = typeof value === "object" && value !== null && Object.hasOwn(value, "digest");
  if (found === "differs" || (found === "none" && keyed)) {
    throw damaged(file, "its text is not what its digest was made of");
  }
  if (found === "none") return { value, digested: false };
  const { digest: _digest, ...content } = value as Record<string, unknown>;
  return { value: content, digested: true };
}

/** Refuses a document whose format comes with a digest and that has none. @throws InputError */
export function requireDigest(digested: boolean, file: string): void {
  if (!digested) throw damaged(file, "it does not end in its digest");
}
