import { InputError } from "../../../errors.js";
import type { DecodedFile, Recipe, RowFile } from "../recipe.js";
import { isNiftiName, readNifti, type StoredVolume } from "./nifti.js";
import { isNpyName, readWholeNpy } from "./npy-file.js";
import { readBytes } from "./read-bytes.js";
import { resample } from "./resample.js";

/**
 * Decodes a volume: NIfTI or .npy, put upright, resampled.
 * @returns shape [x, y, z, 1]
 * @throws InputError naming the row and the file
 */
export async function decodeVolume(file: RowFile, recipe: Extract<Recipe, { kind: "volume" }>): Promise<DecodedFile> {
  const { label } = file;
  const volume = await storedVolume(file, recipe);
  refuseInfinite(volume, label);
  const { shape, spacing } = recipe;
  if (shape === null) return { shape: [...volume.shape, 1], values: volume.values, padding: 0 };
  if (spacing === null) {
    return { shape: [...shape, 1], values: resample(volume.values, volume.shape, shape), padding: 0 };
  }
  const steps = spacing.map((millimetres, axis) => millimetres / volume.spacing[axis]);
  if (steps.some((step) => !(step > 1e-3 && step < 1e3))) {
    throw new InputError(
      `${label}: its head names voxels of ${volume.spacing.join(" x ")} mm, which \`spacing\` cannot be taken of; leave it out, or mend the file`,
    );
  }
  return { shape: [...shape, 1], values: resample(volume.values, volume.shape, shape, steps), padding: 0 };
}

async function storedVolume(
  file: RowFile,
  { canonical, spacing }: Extract<Recipe, { kind: "volume" }>,
): Promise<StoredVolume> {
  const { path, label } = file;
  if (isNiftiName(path)) return readNifti(await readBytes(file), label, canonical);
  if (!isNpyName(path)) throw new InputError(`${label}: is read as a volume, and is neither .nii, .nii.gz nor .npy`);
  const { shape, values } = readWholeNpy(await readBytes(file), label);
  const sizes = shape.length === 4 && shape[3] === 1 ? shape.slice(0, 3) : shape;
  if (sizes.length !== 3) throw new InputError(`${label}: has shape (${shape.join(", ")}); a volume has three axes`);
  if (spacing !== null)
    throw new InputError(`${label}: says nothing of millimetres; \`spacing\` goes with NIfTI files`);
  return { shape: [sizes[0], sizes[1], sizes[2]], values, spacing: [1, 1, 1] };
}

function refuseInfinite({ values, shape }: StoredVolume, label: string): void {
  const at = values.findIndex((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY);
  if (at < 0) return;
  const [, y, z] = shape;
  const place = [Math.floor(at / (y * z)), Math.floor(at / z) % y, at % z].join(", ");
  throw new InputError(`${label}: the voxel at [${place}] is infinite; mend it, or write NaN where a value is missing`);
}
