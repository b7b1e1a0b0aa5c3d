import type { Sharp } from "sharp";
import { InputError } from "../../../errors.js";
import type { DecodedFile, Recipe, RowFile } from "../recipe.js";
import { mostPictureBytes, mostPixels, pictureFormat, refuseDeep, refuseLarge } from "./picture-format.js";
import { readBytes } from "./read-bytes.js";

/** Loads the decoder. @throws InputError where it has no binary for this machine */
async function loadSharp() {
  try {
    const { default: sharp } = await import("sharp");
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new InputError(
      `pictures cannot be decoded: the package sharp has no binary for ${process.platform} ${process.arch} (${reason}). Install it ` +
        'with `npm install --include=optional sharp`, or save the pictures as one array (array: "pictures.npy")',
    );
  }
}

/**
 * Decodes a picture: turned upright, converted to grey or colour, resized. Values 0 to 255, of 16 bits 0 to 65535.
 * @throws InputError naming the row and the file: no picture, damaged, too large, of 16 bits where bytes are kept
 */
export async function decodeImage(file: RowFile, recipe: Extract<Recipe, { kind: "image" }>): Promise<DecodedFile> {
  const { label } = file;
  const sharp = await loadSharp();
  const bytes = await readBytes(file, mostPictureBytes);
  pictureFormat(bytes, label);
  const [height, width, channels] = recipe.shape;
  const told = (error: unknown) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`${label}: cannot be decoded: ${plain(error as Error)}`);
  };
  const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: "warning", pages: 1 });
  const head = await picture.metadata().catch(told);
  refuseLarge(head, label);
  const deep = head.depth === "ushort";
  if (recipe.store === "uint8" && head.depth !== "uchar" && head.depth !== "char") refuseDeep(head.depth, label);
  const sized = picture
    .autoOrient()
    .resize(width, height, { fit: recipe.fit, background: { r: 0, g: 0, b: 0, alpha: 1 } });
  const { data, info } = await coloured(sized, channels, deep).toBuffer({ resolveWithObject: true }).catch(told);
  if (info.channels !== channels)
    throw new InputError(`${label}: came out with ${info.channels} channels, not ${channels}`);
  const values = deep
    ? Float32Array.from(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2))
    : Float32Array.from(data);
  return { shape: [height, width, channels], values, padding: 0 };
}

/** Grey stays grey only in a grey space, and 16 bits only where they are asked for. */
function coloured(picture: Sharp, channels: number, deep: boolean): Sharp {
  const depth = { depth: deep ? "ushort" : "uchar" } as const;
  if (channels === 4)
    return picture
      .toColourspace(deep ? "rgb16" : "srgb")
      .ensureAlpha(deep ? 65535 : 1)
      .raw(depth);
  const solid = picture.flatten({ background: { r: 0, g: 0, b: 0 } });
  if (channels === 1) return solid.toColourspace(deep ? "grey16" : "b-w").raw(depth);
  return solid.toColourspace(deep ? "rgb16" : "srgb").raw(depth);
}

function plain({ message }: Error): string {
  const text = message.split("\n")[0].replace(/^Input buffer /, "the file ");
  if (/exceeds pixel limit/i.test(text)) return `it has more than ${mostPixels / 1e6} million pixels; make it smaller`;
  return `${text}; it may be damaged or cut off, copy it again`;
}
