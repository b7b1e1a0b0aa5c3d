import { inflateSync } from "fflate";

/*
 * What of `node:zlib` unpacks files that the user names, in its place: gzip by the browser itself, which checks the sums too; parts of zip archives
 * by fflate, since they are unpacked at once.
 */

interface Limit {
  readonly maxOutputLength?: number;
}

/** Unpacks piece by piece, as a stream of Node: `end` takes what is packed, and a loop the pieces. */
class Gunzip {
  private packed: Uint8Array<ArrayBuffer> = new Uint8Array();

  end(packed: Uint8Array): void {
    this.packed = Uint8Array.from(packed);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const reader = new Blob([this.packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield Buffer.from(part.value);
  }
}

export function createGunzip(): Gunzip {
  return new Gunzip();
}

/** @param told called with what was unpacked, or with an error */
export function gunzip(
  packed: Uint8Array,
  { maxOutputLength = Number.POSITIVE_INFINITY }: Limit,
  told: (error: Error | null, unpacked: Uint8Array) => void,
): void {
  const all = async () => {
    const stream = createGunzip();
    stream.end(packed);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of stream) {
      parts.push(part);
      length += part.length;
      if (length > maxOutputLength) throw Object.assign(new Error("too large"), { code: "ERR_BUFFER_TOO_LARGE" });
    }
    return Buffer.concat(parts);
  };
  all().then(
    (unpacked) => told(null, unpacked),
    (error: Error) => told(error, new Uint8Array()),
  );
}

/** @throws Error for damaged data, or more of it than is allowed */
export function inflateRawSync(packed: Uint8Array, { maxOutputLength = 0 }: Limit): Uint8Array {
  return Buffer.from(inflateSync(packed, { out: new Uint8Array(maxOutputLength) }));
}

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let sum = i;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** CRC-32 of ISO 3309, as zip archives have it. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ table[(sum ^ bytes[i]) & 0xff];
  return (sum ^ 0xffffffff) >>> 0;
}
