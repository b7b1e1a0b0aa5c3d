import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { jsonText } from "../files/json.js";
import { readOwnFile } from "../files/own-file.js";
import type { RunFolder } from "./run-folder.js";

/** How far a line file reached at some moment. */
export const lineMark = z.strictObject({
  bytes: z.int().min(0),
  sha256: z.string().describe("of those bytes, in hex"),
});
export type LineMark = z.infer<typeof lineMark>;

/** What is known of a file that grows by lines: how many bytes were given to it, and their SHA-256. */
export class LineFile {
  private readonly hash = createHash("sha256");
  private bytes = 0;

  /** @param start what it holds already */
  constructor(
    readonly name: string,
    start: Uint8Array,
  ) {
    this.count(start);
  }

  /** Takes account of a value and gives its line. @throws RunError naming a number that is not finite */
  line(value: unknown): string {
    const text = `${jsonText(value, this.name)}\n`;
    this.count(Buffer.from(text));
    return text;
  }

  mark(): LineMark {
    return { bytes: this.bytes, sha256: this.hash.copy().digest("hex") };
  }

  private count(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
  }
}

/**
 * The beginning of a line file, as it was when it was marked.
 * @throws InputError when it is not what it was, naming the line where that can be seen
 */
export async function readToMark(folder: RunFolder, name: string, mark: LineMark): Promise<Buffer> {
  const all = await readLineFile(folder, name);
  const bytes = all.subarray(0, mark.bytes);
  if (bytes.length === mark.bytes && sha256(bytes) === mark.sha256) return bytes;
  parseLines(all, folder.file(name));
  throw new InputError(
    `${folder.file(name)}: was damaged or edited: its first ${mark.bytes} bytes are not those that the checkpoint was ` +
      "saved with. Restore it from a copy, or train into another folder with --out",
  );
}

/**
 * The values of the lines of a line file; half a last line is left out.
 * @throws InputError naming the first line that is not JSON
 */
export function parseLines(bytes: Buffer, file: string): unknown[] {
  const lines = bytes.toString("utf8").split("\n").slice(0, -1);
  return lines.map((line, i) => {
    try {
      return JSON.parse(line);
    } catch (error) {
      const reason = (error as Error).message;
      throw new InputError(`${file}: line ${i + 1}: not valid JSON (${reason}); the file was damaged or edited`);
    }
  });
}

/** The content of a line file; empty where there is none. */
export async function readLineFile(folder: RunFolder, name: string): Promise<Buffer> {
  return readOwnFile(folder.path, name).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw new InputError(`${folder.file(name)}: cannot be read (${error.code ?? error.message})`);
  });
}
