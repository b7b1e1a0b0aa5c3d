import { Message } from "../engine/graph/protobuf.js";

/** One number under a name, such as `loss/total`. */
export interface ScalarEntry {
  readonly tag: string;
  /** Null and infinite values are left out. */
  readonly value: number | null;
}

/** One moment of training in a TensorBoard event file. */
export interface ScalarEvent {
  /** Seconds of training so far, in the field that TensorBoard calls wall time; no clock, so that runs repeat. */
  readonly seconds: number;
  readonly step: number;
  readonly scalars: readonly ScalarEntry[];
}

const maskDelta = 0xa282ead8;
const castagnoli = 0x82f63b78;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ castagnoli : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli, RFC 3720); Node's own zlib.crc32 has another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The checksum as TFRecord files store it: rotated right by 15 bits, plus a constant, modulo 2^32. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;
}

/** What every event file begins with: its version, at 0 seconds. */
export function versionRecord(): Buffer {
  return record(new Message().double(1, 0).text(3, "brain.Event:2").finish());
}

/**
 * One record of an event file: tensorflow.Event { double wall_time = 1, int64 step = 2, Summary summary = 5 }, whose
 * summary holds one Value { string tag = 1, float simple_value = 2 } per scalar, as float32.
 */
export function scalarRecord({ seconds, step, scalars }: ScalarEvent): Buffer {
  const summary = new Message();
  for (const { tag, value } of scalars) {
    if (value !== null && Number.isFinite(value)) summary.message(1, new Message().text(1, tag).float(2, value));
  }
  return record(new Message().double(1, seconds).integer(2, step).message(5, summary).finish());
}

/** TFRecord framing: length (uint64), its masked CRC, the bytes, their masked CRC; little endian. */
function record(bytes: Uint8Array): Buffer {
  const framed = Buffer.alloc(bytes.length + 16);
  framed.writeBigUInt64LE(BigInt(bytes.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(bytes, 12);
  framed.writeUInt32LE(maskedCrc32c(bytes), 12 + bytes.length);
  return framed;
}
