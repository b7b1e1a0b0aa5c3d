import { readHeader } from "nifti-reader-js";
import { InputError } from "../../../errors.js";
import { type ElementType, elementTypes } from "../../../files/element-type.js";
import { gunzipped, isGzip } from "./read-bytes.js";

/** A volume as its file has it. */
export interface StoredVolume {
  /** Voxels along x, y, z. */
  readonly shape: readonly [number, number, number];
  /** [x, y, z], z fastest; slope and intercept are in them. */
  readonly values: Float32Array;
  /** Millimetres from voxel to voxel. */
  readonly spacing: readonly [number, number, number];
}

/** Most voxels of a volume, and most bytes that a packed one may hold. */
const mostVoxels = 1 << 27;
const mostBytes = 1 << 30;

/** Bytes of a head by its version; four more say whether others follow. */
const headBytes = { first: 348, second: 540 } as const;

function headLength(bytes: Buffer): number {
  const { first, second } = headBytes;
  const isSecond = bytes.length >= second + 4 && [bytes.readInt32LE(0), bytes.readInt32BE(0)].includes(second);
  return isSecond ? second : first;
}

/** Types of voxels by their code in the head. */
const types: Readonly<Record<number, ElementType>> = {
  2: elementTypes.u1,
  4: elementTypes.i2,
  8: elementTypes.i4,
  16: elementTypes.f4,
  64: elementTypes.f8,
  256: elementTypes.i1,
  512: elementTypes.u2,
  768: elementTypes.u4,
  1024: elementTypes.i8,
  1280: elementTypes.u8,
};

/** Whether the name of a file says that it is a NIfTI. */
export function isNiftiName(path: string): boolean {
  return /\.nii(\.gz)?$/i.test(path);
}

/**
 * Reads a NIfTI file, version 1 or 2, packed by gzip or not.
 * @param canonical whether axes are put in the order left to right, back to front, bottom to top
 * @throws InputError naming the row and the file: damaged, a head that does not fit its bytes, several volumes
 */
export async function readNifti(packed: Buffer, label: string, canonical: boolean): Promise<StoredVolume> {
  const bytes = isGzip(packed) ? await gunzipped(packed, label, mostBytes) : packed;
  const head = headOf(bytes, label);
  const { dims, pixDims, littleEndian } = head;
  const shape = shapeOf(dims, label);
  const type = types[head.datatypeCode];
  if (type === undefined)
    throw new InputError(`${label}: has voxels of type ${head.datatypeCode}, which is not read; save them as float32`);
  const voxels = shape[0] * shape[1] * shape[2];
  const start = head.vox_offset;
  const shortest = headLength(bytes);
  if (start < shortest) {
    throw new InputError(
      `${label}: its head says that voxels begin at byte ${start}, within the head itself (vox_offset; a .nii file has at least ` +
        `${shortest}): save it again with a program that writes it`,
    );
  }
  if (!Number.isInteger(start) || start < 0 || start + voxels * type.size > bytes.length) {
    throw new InputError(
      `${label}: its head names ${shape.join(" x ")} voxels of ${type.name} from byte ${start} on, and the file has ${bytes.length} ` +
        "bytes: it is cut off or damaged, copy it again",
    );
  }
  const slope = Number.isFinite(head.scl_slope) && head.scl_slope !== 0 ? head.scl_slope : 1;
  const intercept = Number.isFinite(head.scl_inter) && head.scl_slope !== 0 ? head.scl_inter : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, voxels * type.size);
  const turn = canonical ? turnOf(head) : asStored;
  const to = turn.axes.map((axis) => shape[axis]) as [number, number, number];
  const strides = [1, shape[0], shape[0] * shape[1]];
  const values = new Float32Array(voxels);
  const step = turn.axes.map((axis, k) => strides[axis] * turn.signs[k]);
  const first = turn.axes.reduce(
    (sum, axis, k) => sum + (turn.signs[k] < 0 ? (shape[axis] - 1) * strides[axis] : 0),
    0,
  );
  let at = 0;
  for (let i = 0; i < to[0]; i++) {
    for (let j = 0; j < to[1]; j++) {
      let from = first + i * step[0] + j * step[1];
      for (let k = 0; k < to[2]; k++, from += step[2])
        values[at++] = type.at(view, from * type.size, littleEndian) * slope + intercept;
    }
  }
  const spacing = turn.axes.map((axis) => Math.abs(pixDims[axis + 1])) as [number, number, number];
  return { shape: to, values, spacing };
}

/** The head alone is handed over, with its extensions taken for none: sizes of those are not to be trusted. */
function headOf(bytes: Buffer, label: string) {
  const fault = () =>
    new InputError(
      `${label}: is no NIfTI file (.nii, .nii.gz), or its head is damaged; convert it with dcm2niix or nibabel`,
    );
  const length = headLength(bytes) + 4;
  if (bytes.length < length) throw fault();
  const head = Buffer.alloc(length);
  bytes.copy(head, 0, 0, length - 4);
  try {
    return readHeader(head.buffer.slice(head.byteOffset, head.byteOffset + length));
  } catch {
    throw fault();
  }
}

function shapeOf(dims: readonly number[], label: string): [number, number, number] {
  const [axes, ...sizes] = dims;
  const named = sizes.slice(0, axes);
  if (!(axes >= 1 && axes <= 7) || named.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new InputError(
      `${label}: its head names the shape (${sizes.slice(0, Math.max(1, Math.min(7, axes))).join(", ")}), which is none; it is damaged, copy it again`,
    );
  }
  const more = named.slice(3).reduce((product, size) => product * size, 1);
  if (more !== 1) {
    throw new InputError(
      `${label}: holds ${more} volumes (shape ${named.join(" x ")}); save the one that is meant, or their mean`,
    );
  }
  const shape = [0, 1, 2].map((axis) => named[axis] ?? 1) as [number, number, number];
  const voxels = shape[0] * shape[1] * shape[2];
  if (voxels <= mostVoxels) return shape;
  throw new InputError(`${label}: its head names ${shape.join(" x ")} voxels; up to ${mostVoxels} are decoded`);
}

/** Which stored axis becomes which, and whether it is turned round. */
interface Turn {
  readonly axes: readonly number[];
  readonly signs: readonly number[];
}

const asStored: Turn = { axes: [0, 1, 2], signs: [1, 1, 1] };

/** The turn that brings axes closest to right, front and top; none where the head says nothing of them. */
function turnOf({ affine, qform_code, sform_code }: ReturnType<typeof readHeader>): Turn {
  const known = qform_code > 0 || sform_code > 0;
  if (!known || affine.slice(0, 3).some((row) => row.slice(0, 3).some((value) => !Number.isFinite(value))))
    return asStored;
  const lengths = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  if (lengths.some((length) => length === 0)) return asStored;
  const cosine = (world: number, axis: number) => affine[world][axis] / lengths[axis];
  const axes = [-1, -1, -1];
  const signs = [1, 1, 1];
  const pairs = [0, 1, 2].flatMap((world) =>
    [0, 1, 2].map((axis) => ({ world, axis, size: Math.abs(cosine(world, axis)) })),
  );
  for (const { world, axis } of pairs.sort((a, b) => b.size - a.size)) {
    if (axes[world] >= 0 || axes.includes(axis)) continue;
    axes[world] = axis;
    signs[world] = cosine(world, axis) < 0 ? -1 : 1;
  }
  return { axes, signs };
}
