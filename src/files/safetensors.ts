import { InputError } from "../errors.js";

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that is read: far above any real one, far below what could exhaust memory. */
const maxHeaderBytes = 16 * 1024 * 1024;

/**
 * Encodes float32 tensors in the safetensors format: 8 bytes header length, JSON header, raw little-endian data.
 * Source: github.com/huggingface/safetensors, format description.
 */
export function encodeSafetensors(tensors: readonly NamedTensor[], metadata: Record<string, string> = {}): Buffer {
  return Buffer.concat(safetensorsParts(tensors, metadata));
}

/** The same in parts that follow one another; the values are not copied. */
export function safetensorsParts(tensors: readonly NamedTensor[], metadata: Record<string, string> = {}): Buffer[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = tensors.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return [length, padded, ...data];
}

/**
 * Decodes float32 tensors; checks that every offset lies inside the file and fits its shape.
 * @param source file name for messages
 * @throws InputError for anything that is not a complete, consistent file
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, source);
  const tensors = new Map<string, NamedTensor>();
  const metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors.set(name, readTensor(bytes, dataStart, name, entry, source));
    else for (const [key, value] of Object.entries(entry ?? {})) metadata[key] = String(value);
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, source: string): { header: object; dataStart: number } {
  const fail = (what: string) => new InputError(`${source}: not a safetensors file: ${what}`);
  if (bytes.length < 8) throw fail(`${bytes.length} bytes, shorter than the length of its header`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes) || 8n + length > BigInt(bytes.length)) {
    throw fail(`its header claims ${length} bytes, the file has ${bytes.length}`);
  }
  const dataStart = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, dataStart)));
  } catch {
    throw fail("its header is not JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw fail("its header is not an object");
  return { header, dataStart };
}

function readTensor(bytes: Uint8Array, dataStart: number, name: string, entry: unknown, source: string): NamedTensor {
  const fail = (what: string) => new InputError(`${source}: tensor "${name}" ${what}`);
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== "F32") throw fail(`has type ${JSON.stringify(dtype)}; expected F32`);
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) throw fail("has a malformed shape or offsets");
  const [from, to] = offsets;
  const size = shape.reduce((a, b) => a * b, 1);
  if (to > bytes.length - dataStart || from > to || to - from !== 4 * size) {
    throw fail(`claims bytes ${from} to ${to} for shape [${shape}]; the file holds ${bytes.length - dataStart} bytes`);
  }
  const copy = bytes.buffer.slice(bytes.byteOffset + dataStart + from, bytes.byteOffset + dataStart + to);
  return { name, shape, values: new Float32Array(copy as ArrayBuffer) };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}
