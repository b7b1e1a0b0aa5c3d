import { crc32c } from "../../src/record/tensorboard-file.js";

/** An event as TensorBoard would read it. */
export interface ReadEvent {
  readonly seconds: number;
  readonly step: number;
  readonly version: string | null;
  readonly scalars: Readonly<Record<string, number>>;
}

type Field = { readonly number: number; readonly value: number | Buffer };

/** Reads an event file: every length, both checksums of every record, nothing behind the last. */
export function readEvents(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    checkCrc(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    const bytes = file.subarray(at + 12, at + 12 + length);
    checkCrc(bytes, file.readUInt32LE(at + 12 + length));
    events.push(readEvent(bytes));
    at += length + 16;
  }
  return events;
}

function checkCrc(bytes: Buffer, stored: number): void {
  const rotated = (stored - 0xa282ead8) >>> 0;
  const crc = ((rotated << 15) | (rotated >>> 17)) >>> 0;
  if (crc !== crc32c(bytes)) throw new Error(`checksum ${crc} of ${bytes.length} bytes`);
}

function readEvent(bytes: Buffer): ReadEvent {
  const fields = new Map(readFields(bytes).map(({ number, value }) => [number, value]));
  const summary = fields.get(5) as Buffer | undefined;
  const values = summary === undefined ? [] : readFields(summary).map(({ value }) => readFields(value as Buffer));
  return {
    seconds: (fields.get(1) as Buffer).readDoubleLE(),
    step: Number(fields.get(2) ?? 0),
    version: fields.has(3) ? String(fields.get(3)) : null,
    scalars: Object.fromEntries(
      values.map(([tag, value]) => [String(tag.value), (value.value as Buffer).readFloatLE()] as const),
    ),
  };
}

/** Fields of a protobuf message in order; fixed-width and length-delimited ones as bytes. */
function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    const value = kind === 0 ? varint() : take(kind === 1 ? 8 : kind === 5 ? 4 : varint());
    fields.push({ number: key >>> 3, value });
  }
  return fields;
}
