import { InputError } from "../../errors.js";
import { toHalf } from "../../files/half.js";
import { decodeImage } from "./decoders/image.js";
import { decodeSequence } from "./decoders/sequence.js";
import { decodeVolume } from "./decoders/volume.js";
import type { DecodedFile, Recipe, RowFile, StoredType } from "./recipe.js";

/** A decoded row as it is kept. */
export interface StoredRow {
  /** The last axis counts channels, those of several files side by side. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  /** Missing values; padding is none. */
  readonly gaps: number;
}

/**
 * Decodes the files of a row.
 * @throws InputError naming the row and the file
 */
export async function decodeRow(recipe: Recipe, files: readonly RowFile[]): Promise<StoredRow> {
  const decoded: DecodedFile[] = [];
  for (const file of files) {
    const one = await decodeFile(recipe, file);
    const [first] = decoded;
    if (first !== undefined && first.shape.join() !== one.shape.join()) {
      throw new InputError(
        `${file.label}: has shape (${one.shape.join(", ")}), and ${files[0].label} has (${first.shape.join(", ")}); files of a row lie ` +
          "side by side as channels and must be of one shape",
      );
    }
    decoded.push(one);
  }
  const { shape, values } = sideBySide(decoded);
  const padding = decoded.reduce((sum, file) => sum + file.padding, 0);
  const label = files.map((file) => file.label).join(" and ");
  return { shape, bytes: packed(values, recipe.store, label), gaps: countGaps(values) - padding };
}

function decodeFile(recipe: Recipe, file: RowFile): Promise<DecodedFile> {
  switch (recipe.kind) {
    case "image":
      return decodeImage(file, recipe);
    case "volume":
      return decodeVolume(file, recipe);
    case "sequence":
      return decodeSequence(file, recipe);
  }
}

function sideBySide(files: readonly DecodedFile[]): Pick<DecodedFile, "shape" | "values"> {
  const [first] = files;
  if (files.length === 1) return first;
  const channels = first.shape[first.shape.length - 1];
  const all = channels * files.length;
  const values = new Float32Array(first.values.length * files.length);
  files.forEach((file, f) => {
    for (let i = 0; i < file.values.length; i++) {
      values[Math.floor(i / channels) * all + f * channels + (i % channels)] = file.values[i];
    }
  });
  return { shape: [...first.shape.slice(0, -1), all], values };
}

function countGaps(values: Float32Array): number {
  let gaps = 0;
  for (let i = 0; i < values.length; i++) gaps += Number(Number.isNaN(values[i]));
  return gaps;
}

/** Numbers in the bytes of their type, low byte first. @throws InputError for what the type cannot hold */
export function packed(values: Float32Array, type: StoredType, label: string): Uint8Array {
  if (type === "float32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (type === "uint8") {
    const bad = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= 255));
    if (bad < 0) return Uint8Array.from(values);
    throw new InputError(`${label}: holds ${values[bad]}, which no byte is; set store: float32`);
  }
  const halves = Uint16Array.from(values, toHalf);
  const bad = values.findIndex((value) => Math.abs(value) >= 65520);
  if (bad < 0) return new Uint8Array(halves.buffer);
  throw new InputError(`${label}: holds ${values[bad]}, which float16 does not hold; set store: float32`);
}
