import { crc32, inflateRawSync } from "node:zlib";
import { RunError } from "../errors.js";

/**
 * Takes named entries out of a zip archive (stored or deflated, no encryption, below 4 GiB).
 * Names are looked up, never used as paths. Source: PKWARE APPNOTE 6.3.
 * @param maxBytes largest entry that is unpacked
 * @param fault    makes the error for a damaged archive, a missing entry or one that is too large; a RunError by default
 */
export function unzip(
  archive: Buffer,
  source: string,
  names: readonly string[],
  maxBytes: number,
  fault: Fault = runError,
): ReadonlyMap<string, Buffer> {
  const entries = directory(archive, source, fault);
  const one = (name: string) => content({ archive, source, fault }, name, entries.get(name), maxBytes);
  return new Map(names.map((name) => [name, one(name)]));
}

/** Names of the entries of a zip archive. @throws what `fault` makes, for a damaged one */
export function zipNames(archive: Buffer, source: string, fault: Fault = runError): string[] {
  return [...directory(archive, source, fault).keys()];
}

type Fault = (message: string) => Error;
const runError: Fault = (message) => new RunError(message);

interface Entry {
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const damaged = (source: string, fault: Fault) => fault(`${source}: is not a whole zip archive`);

function directory(archive: Buffer, source: string, fault: Fault): ReadonlyMap<string, Entry> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > archive.length) throw damaged(source, fault);
  const entries = new Map<string, Entry>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50) throw damaged(source, fault);
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place));
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    if (entries.has(name)) throw fault(`${source}: holds "${name}" twice`);
    entries.set(name, {
      method: archive.readUInt16LE(at + 10),
      checksum: archive.readUInt32LE(at + 16),
      packed: archive.readUInt32LE(at + 20),
      size: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

function content(
  { archive, source, fault }: { readonly archive: Buffer; readonly source: string; readonly fault: Fault },
  name: string,
  entry: Entry | undefined,
  maxBytes: number,
): Buffer {
  if (entry === undefined) throw fault(`${source}: holds no "${name}"; the origin changed its content`);
  const { method, checksum, packed, size, offset } = entry;
  if (size > maxBytes) throw fault(`${source}: "${name}" claims ${size} bytes, more than ${maxBytes}`);
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== 0x04034b50) throw damaged(source, fault);
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const bytes = archive.subarray(start, start + packed);
  let unpacked: Buffer;
  try {
    unpacked = method === 8 ? inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) }) : Buffer.from(bytes);
  } catch {
    throw damaged(source, fault);
  }
  if ((method !== 0 && method !== 8) || unpacked.length !== size || crc32(unpacked) !== checksum)
    throw damaged(source, fault);
  return unpacked;
}
