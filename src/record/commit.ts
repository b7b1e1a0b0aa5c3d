import { rename } from "node:fs/promises";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { readOwnFile } from "../files/own-file.js";
import { claimsDigests, digestsText, readDigests, undigestedMessages } from "./digests.js";
import { type RunDocument, type RunDocumentName, writtenDocument } from "./documents.js";
import { isStaged, modelFiles, RunFolder, runFiles, stagedName } from "./run-folder.js";

/**
 * Files that become what a folder holds all at once. They are written beside their places; then SHA256SUMS, with the
 * digest of each, is put in place, and from that moment readers take them; last they are renamed. A process that is killed
 * leaves what was there before or what is there now, whole.
 */
export class Commit {
  private readonly digests = new Map<string, string>();
  private readonly staged: string[] = [];

  private constructor(
    private readonly folder: RunFolder,
    private readonly replaces: boolean,
  ) {}

  static async begin(folder: RunFolder): Promise<Commit> {
    return new Commit(folder, await folder.has(runFiles.digests));
  }

  /** Writes a file that is needed before the others: at once, unless the folder holds finished results. */
  async place(name: string, content: string | Uint8Array): Promise<void> {
    if (this.replaces) return this.write(name, content);
    this.list(name, sha256(content));
    await this.folder.writeBytes(name, typeof content === "string" ? Buffer.from(content) : content);
  }

  /** @throws RunError naming the place of what its schema does not describe */
  async placeJson<N extends RunDocumentName>(name: N, value: RunDocument<N>): Promise<void> {
    await this.place(name, writtenDocument(name, value, this.folder.file(name)).text);
  }

  /** Counts a file that is in its place already. */
  list(name: string, digest: string): void {
    this.digests.set(name, digest);
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    await this.folder.writeBytes(stagedName(name), bytes);
    this.list(name, sha256(bytes));
    this.staged.push(name);
  }

  /**
   * @returns the document as its file holds it
   * @throws RunError naming the place of what its schema does not describe
   */
  async writeJson<N extends RunDocumentName>(name: N, value: RunDocument<N>): Promise<RunDocument<N>> {
    const { document, text } = writtenDocument(name, value, this.folder.file(name));
    await this.write(name, text);
    return document;
  }

  async finish(): Promise<void> {
    const { folder, staged } = this;
    await folder.writeText(runFiles.digests, digestsText(this.digests));
    for (const name of staged.splice(0)) await putInPlace(folder, name);
  }
}

/**
 * Finishes what a process that was killed while it put files in place began, and removes files that it did not get to.
 * @returns what the user should know
 */
export async function settle(folder: RunFolder): Promise<string[]> {
  const notes: string[] = [];
  const digests = await readDigests(folder.path).catch(async (error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    notes.push(`${folder.file(runFiles.digests)}: was damaged; it is written again with the results`);
    await folder.remove(runFiles.digests);
    return null;
  });
  for (const name of await stagedFiles(folder)) {
    const place = name.slice(0, -stagedName("").length);
    const expected = digests?.get(place);
    const wanted = expected !== undefined && (await digestOf(folder, place)) !== expected;
    if (wanted && (await digestOf(folder, name)) === expected) await putInPlace(folder, place);
    else await folder.remove(name);
  }
  return notes;
}

/** Whether a run is finished, and nothing of it waits to be put in place. */
export async function isFinished(folder: RunFolder): Promise<boolean> {
  return (await folder.has(runFiles.metrics)) && (await stagedFiles(folder)).length === 0;
}

/** What a run may hold that its readers take from it. */
const results = [
  ...[runFiles.config, runFiles.environment, runFiles.data, runFiles.split, runFiles.rows],
  ...[runFiles.metricsByEpoch, runFiles.pidByEpoch, runFiles.metrics, runFiles.pid, runFiles.latents],
  ...[runFiles.importance, runFiles.importanceTable, runFiles.occlusion],
  ...[runFiles.predictions, runFiles.comparedPredictions, ...Object.values(modelFiles)],
];

/**
 * Gives a finished run of a version without digests those of its files as they are, before anything of it is replaced.
 * @returns what the user should know
 */
export async function adopt(folder: RunFolder): Promise<string[]> {
  const finished = await folder.has(runFiles.metrics);
  if (!finished || (await folder.has(runFiles.digests)) || (await claimsDigests(folder.path))) return [];
  const commit = await Commit.begin(folder);
  for (const name of results) {
    const digest = await digestOf(folder, name);
    if (digest !== null) commit.list(name, digest);
  }
  await commit.finish();
  return undigestedMessages([folder.path]);
}

function putInPlace(folder: RunFolder, name: string): Promise<void> {
  return rename(folder.file(stagedName(name)), folder.file(name));
}

async function stagedFiles(folder: RunFolder): Promise<string[]> {
  const names = [...((await folder.entries()) ?? [])];
  for (const inner of [runFiles.model, runFiles.figures]) {
    const within = (await new RunFolder(folder.file(inner)).entries()) ?? [];
    names.push(...within.map((name) => `${inner}/${name}`));
  }
  return names.filter(isStaged).sort();
}

async function digestOf(folder: RunFolder, name: string): Promise<string | null> {
  const bytes = await readOwnFile(folder.path, name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return bytes === null ? null : sha256(bytes);
}
