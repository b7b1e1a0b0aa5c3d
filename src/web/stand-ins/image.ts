import { mostPictureBytes, pictureFormat } from "../../modalities/decoded/decoders/picture-format.js";
import { readBytes } from "../../modalities/decoded/decoders/read-bytes.js";
import type { DecodedFile, Recipe, RowFile } from "../../modalities/decoded/recipe.js";
import { withChannels } from "../picture/colours.js";
import { fitted } from "../picture/fitted.js";
import { readPixels } from "../picture/read-pixels.js";
import { shrunkByDecoder } from "../picture/shrunk-by-decoder.js";

/**
 * Decodes a picture by the browser, in the place of `src/modalities/decoded/decoders/image.ts`.
 * @throws InputError naming the row and the file: no picture, damaged, too large, of 16 bits, or of a format that browsers lack
 */
export async function decodeImage(file: RowFile, recipe: Extract<Recipe, { kind: "image" }>): Promise<DecodedFile> {
  const { label } = file;
  const bytes = await readBytes(file, mostPictureBytes);
  const [height, width, channels] = recipe.shape;
  const format = pictureFormat(bytes, label);
  const pixels = await readPixels({ bytes, format, label, store: recipe.store }, channels !== 4);
  const solid = channels === 4 ? pixels : withChannels(pixels, 3);
  const decoded = shrunkByDecoder(solid, format, Math.min(solid.width / width, solid.height / height));
  const { values } = withChannels(fitted(decoded, width, height, recipe.fit), channels);
  return { shape: [height, width, channels], values: Float32Array.from(values), padding: 0 };
}
