/** A NIfTI-1 file of some shape. */
export interface NiftiParts {
  readonly shape: readonly number[];
  /** First axis fastest, as the format has it. */
  readonly values: ArrayLike<number>;
  readonly slope?: number;
  readonly intercept?: number;
  readonly bigEndian?: boolean;
  /** Rows of the affine: right, front, top. */
  readonly affine?: readonly (readonly number[])[];
  readonly spacing?: readonly number[];
  /** 16 float32, 4 int16. */
  readonly datatype?: 16 | 4;
}

/** The bytes of a NIfTI-1 file. Source: nifti1.h. */
export function niftiBytes(parts: NiftiParts): Buffer {
  const {
    shape,
    values,
    slope = 0,
    intercept = 0,
    bigEndian = false,
    affine,
    spacing = [1, 1, 1],
    datatype = 16,
  } = parts;
  const size = datatype === 16 ? 4 : 2;
  const bytes = Buffer.alloc(352 + values.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = !bigEndian;
  view.setInt32(0, 348, little);
  view.setInt16(40, shape.length, little);
  for (let i = 0; i < 7; i++) view.setInt16(42 + 2 * i, shape[i] ?? 1, little);
  view.setInt16(70, datatype, little);
  view.setInt16(72, size * 8, little);
  view.setFloat32(76, 1, little);
  spacing.forEach((millimetres, i) => void view.setFloat32(80 + 4 * i, millimetres, little));
  view.setFloat32(108, 352, little);
  view.setFloat32(112, slope, little);
  view.setFloat32(116, intercept, little);
  if (affine !== undefined) {
    view.setInt16(254, 1, little);
    affine.flat().forEach((value, i) => void view.setFloat32(280 + 4 * i, value, little));
  }
  bytes.write("n+1\0", 344, "latin1");
  for (let i = 0; i < values.length; i++) {
    if (datatype === 16) view.setFloat32(352 + 4 * i, values[i], little);
    else view.setInt16(352 + 2 * i, values[i], little);
  }
  return bytes;
}

/** The bytes of a .wav file of 16 bits. @param samples -1 to 1 */
export function wavBytes(samples: ArrayLike<number>, sampleRate: number): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(Math.round(32767 * samples[i]), 44 + 2 * i);
  return bytes;
}
