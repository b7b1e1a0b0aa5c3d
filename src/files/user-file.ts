import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readlink, stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../errors.js";

/** First bytes of a file that are enough to tell a pointer from what it points to. */
const pointerBytes = 64;

/**
 * Checks that a path which the user names leads to a regular file with something in it that can be read. Pipes and
 * devices are refused without being opened: the one may never answer, the other never ends.
 * @param file  path to open
 * @param label what messages begin with: the path as the user wrote it, and the key or option that names it
 * @throws InputError
 */
export async function checkUserFile(file: string, label = file): Promise<Stats> {
  const info = await stat(file).catch(async (error) => {
    throw new InputError(`${label}: ${await pathProblem(file, error)}`);
  });
  if (!info.isFile()) throw new InputError(`${label}: is a ${kindOf(info)}, not a file${remedyFor(info)}`);
  return info;
}

/**
 * Opens a file that the user names.
 * @throws InputError for what is no regular file, cannot be read, or only points to contents that are elsewhere
 */
export async function openUserFile(file: string, label = file): Promise<FileHandle> {
  await checkUserFile(file, label);
  // Without NONBLOCK, opening what became a pipe since would wait for somebody to write into it.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(async (error) => {
    throw new InputError(`${label}: ${await pathProblem(file, error)}`);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(pointerBytes), 0, pointerBytes, 0);
    const problem = pointerProblem(buffer.subarray(0, bytesRead));
    if (problem !== undefined) throw new InputError(`${label}: ${problem}`);
    return handle;
  } catch (error) {
    await handle.close();
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The bytes of a file that the user names.
 * @throws InputError for what is no regular file, or cannot be read
 */
export async function readUserBytes(file: string): Promise<Buffer> {
  const handle = await openUserFile(file);
  try {
    return await handle.readFile();
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${(error as Error).message}`);
  } finally {
    await handle.close();
  }
}

/**
 * Reads a text file that the user names; a byte order mark is left out.
 * @param longest in bytes
 * @throws InputError for what is no regular file, larger than `longest`, or not UTF-8
 */
export async function readUserFile(file: string, label: string, longest: number): Promise<string> {
  const handle = await openUserFile(file, label);
  let bytes: Buffer;
  try {
    const { size } = await handle.stat();
    if (size > longest) {
      throw new InputError(
        `${label}: is larger than ${Math.round(longest / 1e6)} MB (${size} bytes); is it the right file?`,
      );
    }
    bytes = await handle.readFile();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: cannot be read: ${(error as Error).message}`);
  } finally {
    await handle.close();
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${label}: is not UTF-8 text; save it as UTF-8`);
  }
}

/** What a file that holds only a pointer of git-lfs or git-annex is, as the rest of a sentence; undefined for others. */
export function pointerProblem(head: Buffer): string | undefined {
  const text = head.toString("latin1");
  if (text.startsWith("version https://git-lfs.github.com/spec/")) {
    return "is a pointer of git-lfs, not the file itself; fetch it with `git lfs pull`";
  }
  if (text.startsWith("/annex/objects/")) {
    return "is a pointer of git-annex, not the file itself; fetch it with `git annex get` or `datalad get`";
  }
  return undefined;
}

function kindOf(info: Stats): string {
  if (info.isDirectory()) return "folder";
  if (info.isFIFO()) return "pipe";
  return info.isSocket() ? "socket" : "device";
}

function remedyFor(info: Stats): string {
  return info.isFIFO() ? "; write what comes out of it into a file first" : "";
}

/** Why a path leads to no file that can be read, as the rest of a sentence. */
async function pathProblem(file: string, error: unknown): Promise<string> {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = ` (looked for ${path.resolve(file)})`;
  if (code === "ENOENT" || code === "ENOTDIR") return (await linkProblem(file)) ?? `there is no such file${where}`;
  if (code === "EACCES" || code === "EPERM") return `no permission to read it${where}`;
  if (code === "ELOOP") return "is a link that leads back to itself";
  return `cannot be read: ${message}`;
}

/** The link on the way, in a folder or at its end, that leads nowhere; undefined where there is none. */
async function linkProblem(file: string): Promise<string | undefined> {
  for (let place = path.resolve(file); ; place = path.dirname(place)) {
    const info = await lstat(place).catch(() => null);
    if (info?.isSymbolicLink()) {
      const target = await lastTarget(place);
      const annexed = /(^|[\\/])\.git[\\/]annex[\\/]/.test(target);
      const remedy = annexed ? "; fetch its content with `git annex get` or `datalad get`" : "";
      return `${place === path.resolve(file) ? "" : `${place} `}is a link to ${target}, which does not exist${remedy}`;
    }
    if (info !== null || place === path.dirname(place)) return undefined;
  }
}

/** Where a chain of links ends, as the last of them says it. */
async function lastTarget(link: string): Promise<string> {
  let target = await readlink(link);
  for (let place = path.resolve(path.dirname(link), target); ; place = path.resolve(path.dirname(place), target)) {
    if (!(await lstat(place).catch(() => null))?.isSymbolicLink()) return target;
    target = await readlink(place);
  }
}
