import { GivenFiles } from "../files/given-files.js";

/*
 * What of `node:fs/promises` reads files that the user names, in its place: the files are those that were given to the page.
 */

/** What is known of a file. */
interface GivenStats {
  readonly size: number;
  readonly isFile: () => boolean;
  readonly isDirectory: () => boolean;
  readonly isFIFO: () => boolean;
  readonly isSocket: () => boolean;
}

/** A file that is open. */
interface GivenHandle {
  readonly stat: () => Promise<GivenStats>;
  readonly read: (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number; readonly buffer: Uint8Array }>;
  readonly readFile: () => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

function missing(path: string): Error {
  return Object.assign(new Error(`there is no such file: ${path}`), { code: "ENOENT" });
}

function stats(kind: "file" | "folder", size: number): GivenStats {
  const never = () => false;
  return {
    ...{ size, isFIFO: never, isSocket: never },
    isFile: () => kind === "file",
    isDirectory: () => kind === "folder",
  };
}

export async function realpath(path: string): Promise<string> {
  await stat(path);
  return path;
}

export async function stat(path: string): Promise<GivenStats> {
  const place = GivenFiles.of(path);
  const kind = place?.files.find(place.rest);
  if (kind === undefined) throw missing(path);
  return stats(kind, 0);
}

/** No file that was given is a link. */
export const lstat = stat;

export async function readlink(path: string): Promise<string> {
  throw missing(path);
}

export async function readdir(path: string): Promise<string[]> {
  const place = GivenFiles.of(path);
  if (place === undefined) throw missing(path);
  return place.files.list(place.rest);
}

export async function open(path: string): Promise<GivenHandle> {
  const place = GivenFiles.of(path);
  const contents = place?.files.read(place.rest);
  if (contents === undefined) throw missing(path);
  const bytesOf = async (part: Blob) => new Uint8Array(await part.arrayBuffer());
  return {
    stat: async () => stats("file", contents.size),
    read: async (buffer, offset, length, position) => {
      const bytes = await bytesOf(contents.slice(position, position + length));
      buffer.set(bytes, offset);
      return { bytesRead: bytes.length, buffer };
    },
    readFile: async () => Buffer.from(await bytesOf(contents)),
    close: async () => undefined,
  };
}
