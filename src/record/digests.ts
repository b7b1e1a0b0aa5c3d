import { join } from "node:path";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { checkDigest } from "../files/digested-json.js";
import { readOwnFile } from "../files/own-file.js";
import { modelFiles, RunFolder, runFiles, stagedName } from "./run-folder.js";

/** SHA-256 of the files of a finished folder, by name. */
export type Digests = ReadonlyMap<string, string>;

const heading = "# pidreg-digests-1, SHA-256 of the lines below: ";
const line = /^([0-9a-f]{64}) {2}(.+)$/;

/** The text of SHA256SUMS, which `sha256sum --check` reads; its first line holds the digest of the others. */
export function digestsText(digests: Digests): string {
  const names = [...digests.keys()].sort();
  const lines = names.map((name) => `${digests.get(name)}  ${name}\n`).join("");
  return `${heading}${sha256(lines)}\n${lines}`;
}

/** The digests of a folder; null when it has none. @throws InputError when they are damaged themselves */
export async function readDigests(folder: string): Promise<Digests | null> {
  const bytes = await readOwnFile(folder, runFiles.digests).catch(unlessAbsent);
  if (bytes === null) return null;
  const text = bytes.toString("latin1");
  const found = text
    .split("\n")
    .slice(1)
    .flatMap((entry) => {
      const [, digest, name] = line.exec(entry) ?? [];
      return name === undefined ? [] : [[name, digest] as const];
    });
  const digests = new Map(found);
  if (digestsText(digests) === text) return digests;
  throw damaged(join(folder, runFiles.digests), "its first line does not fit the others");
}

/** The refusal of a file that is not as it was written. */
export function damaged(file: string, reason: string): InputError {
  return new InputError(
    `${file}: was damaged or edited: ${reason}. Restore it from a copy, or write what the run holds again: ` +
      "pidreg train CONFIG --out RUN --resume",
  );
}

/** The same for a file whose SHA-256 is known. */
export function otherDigest(file: string, bytes: Uint8Array, expected: string, source: string): InputError {
  return damaged(file, `its SHA-256 is ${sha256(bytes).slice(0, 12)}.., ${source} says ${expected.slice(0, 12)}..`);
}

/** One message for all folders that carry no digests. */
export function undigestedMessages(folders: readonly string[]): string[] {
  const [first, ...others] = folders;
  if (first === undefined) return [];
  const names = others.length === 0 ? first : `${first} and ${others.length} more`;
  const [carry, their] = others.length === 0 ? ["carries", "its"] : ["carry", "their"];
  return [`${names}: ${carry} no digests, as what earlier versions wrote: damage to ${their} files cannot be seen`];
}

/** Reads files of a run, each held against the digest that it was finished with. */
export class RunReader {
  private constructor(
    private readonly folder: string,
    private readonly digests: Digests | null,
  ) {}

  /** @throws InputError when the digests are damaged, or were taken away from a finished run */
  static async open(folder: string): Promise<RunReader> {
    const digests = await readDigests(folder);
    if (digests !== null || !(await claimsDigests(folder))) return new RunReader(folder, digests);
    // The run may have been finished just now.
    const late = await readDigests(folder);
    if (late !== null) return new RunReader(folder, late);
    throw damaged(join(folder, runFiles.digests), "it is missing, and the run was written with it");
  }

  /**
   * Does what reads several files, again if the run was written anew meanwhile.
   * @throws what `read` throws about files that nobody is replacing
   */
  static async reading<T>(folder: string, read: (reader: RunReader) => Promise<T>): Promise<T> {
    for (;;) {
      const reader = await RunReader.open(folder);
      try {
        return await read(reader);
      } catch (error) {
        if (!(await reader.isReplaced())) throw error;
      }
    }
  }

  /** False for a run of a version that wrote no digests. */
  get digested(): boolean {
    return this.digests !== null;
  }

  /** Whether the run has the file: of digested runs, a file that is not listed is none of theirs. */
  async has(name: string): Promise<boolean> {
    if (this.digests !== null) return this.digests.has(name);
    return new RunFolder(this.folder).has(name);
  }

  /** @throws InputError when the file is not as it was written, or a link; else what the system says, with its code */
  async read(name: string): Promise<Buffer> {
    if (this.digests === null) return readOwnFile(this.folder, name);
    const expected = this.digests.get(name);
    if (expected === undefined) throw damaged(join(this.folder, runFiles.digests), `it does not list ${name}`);
    const bytes = await readOwnFile(this.folder, name).catch(unlessAbsent);
    if (bytes !== null && sha256(bytes) === expected) return bytes;
    // A process that was killed just after the digests were written had not put the files in place yet.
    const staged = await readOwnFile(this.folder, stagedName(name)).catch(unlessAbsent);
    if (staged !== null && sha256(staged) === expected) return staged;
    if (bytes === null) return readOwnFile(this.folder, name);
    throw otherDigest(join(this.folder, name), bytes, expected, runFiles.digests);
  }

  private async isReplaced(): Promise<boolean> {
    const now = await readDigests(this.folder).catch(() => null);
    return now !== null && this.digests !== null && digestsText(now) !== digestsText(this.digests);
  }
}

/** Whether a finished run without digests says elsewhere that it had them. */
export async function claimsDigests(folder: string): Promise<boolean> {
  if (!(await new RunFolder(folder).has(runFiles.metrics))) return false;
  const environment = await readOwnFile(folder, runFiles.environment).catch(unlessAbsent);
  if (environment?.includes(`"${digestsKey}"`)) return true;
  for (const name of [modelFiles.document, modelFiles.ensemble]) {
    const bytes = await readOwnFile(folder, name).catch(unlessAbsent);
    if (bytes !== null && checkDigest(bytes) !== "none") return true;
  }
  return false;
}

/** The key of environment.json that says that the run gets digests when it is finished. */
export const digestsKey = "digests";

/** @throws InputError in place of what the system says */
function unlessAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  if (error instanceof InputError || error.code === undefined) throw error;
  throw new InputError(`a file of the run cannot be read: ${error.message}`);
}
