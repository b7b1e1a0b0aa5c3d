import { InputError } from "../../../errors.js";

/** A sound as its file has it. */
export interface Sound {
  readonly sampleRate: number;
  /** Mean of the channels, -1 to 1. */
  readonly samples: Float32Array;
}

type Sample = (view: DataView, offset: number) => number;

/** Numbers of a sample by format and bits: 1 is whole numbers, 3 floating ones. */
const samples: Readonly<Record<string, Sample>> = {
  "1/8": (view, offset) => (view.getUint8(offset) - 128) / 128,
  "1/16": (view, offset) => view.getInt16(offset, true) / 32768,
  "1/24": (view, offset) => ((view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)) / 8388608,
  "1/32": (view, offset) => view.getInt32(offset, true) / 2147483648,
  "3/32": (view, offset) => view.getFloat32(offset, true),
  "3/64": (view, offset) => view.getFloat64(offset, true),
};

/**
 * Reads a .wav file: RIFF, PCM of 8 to 32 bits or floating point, any number of channels, which are averaged.
 * @param most samples that are read from its beginning
 * @throws InputError naming the row and the file
 */
export function readWav(bytes: Buffer, label: string, most: number): Sound {
  const fault = (what: string) => new InputError(`${label}: ${what}; save it as a .wav file of PCM`);
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
    throw fault("is no .wav file");
  const format = chunk(bytes, "fmt ")?.held ?? null;
  const sound = chunk(bytes, "data");
  if (format === null || format.length < 16) throw fault("has no whole description of its format");
  if (sound === null) throw fault("holds no sound");
  const { held: data, named } = sound;
  if (data.length < named && named < unknownLength) {
    throw new InputError(
      `${label}: its head names ${named} bytes of sound, and the file has ${data.length}: it is cut off or damaged, copy it again`,
    );
  }
  const extensible = format.readUInt16LE(0) === 0xfffe && format.length >= 26;
  const code = extensible ? format.readUInt16LE(24) : format.readUInt16LE(0);
  const [channels, bits] = [format.readUInt16LE(2), format.readUInt16LE(14)];
  const sampleRate = format.readUInt32LE(4);
  const read = samples[`${code}/${bits}`];
  if (read === undefined) throw fault(`is packed in a way that is not read (format ${code}, ${bits} bits)`);
  if (channels < 1 || channels > 64 || sampleRate < 1)
    throw fault(`names ${channels} channels at ${sampleRate} samples per second`);
  const size = bits / 8;
  const count = Math.min(most, Math.floor(data.length / (size * channels)));
  if (count === 0) throw fault("holds no sound");
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += read(view, (i * channels + c) * size);
    out[i] = sum / channels;
  }
  const bad = out.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`${label}: sample ${bad} is no finite number`);
  return { sampleRate, samples: out };
}

/** From here on a length is not known: what recorders that cannot go back to the head write. */
const unknownLength = 0x7fff_0000;

/** The bytes of a part of a RIFF file that there are, and how many its head names. */
function chunk(bytes: Buffer, name: string): { readonly held: Buffer; readonly named: number } | null {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const named = bytes.readUInt32LE(at + 4);
    if (bytes.toString("latin1", at, at + 4) === name)
      return { held: bytes.subarray(at + 8, Math.min(bytes.length, at + 8 + named)), named };
    at += 8 + named + (named % 2);
  }
  return null;
}
