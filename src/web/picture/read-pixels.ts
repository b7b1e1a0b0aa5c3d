/// <reference lib="dom" />
import { InputError } from "../../errors.js";
import type { PictureFormat } from "../../modalities/decoded/decoders/picture-format.js";
import { refuseDeep, refuseLarge } from "../../modalities/decoded/decoders/picture-format.js";
import type { StoredType } from "../../modalities/decoded/recipe.js";
import type { Pixels } from "./resize.js";

/** What is read of a picture. */
export interface PictureFile {
  readonly bytes: Buffer;
  readonly format: PictureFormat;
  readonly label: string;
  readonly store: StoredType;
}

/**
 * The pixels of a picture as the browser decodes it, turned upright: red, green, blue and opacity.
 * @param onBlack whether what is not opaque is laid on black
 * @throws InputError for what a browser does not decode, or not exactly
 */
export async function readPixels(file: PictureFile, onBlack: boolean): Promise<Pixels> {
  const { bytes, format, label } = file;
  refuseUnread(file);
  refuseChangedReading(label);
  // Colours are changed where the file says by which profile, and by nothing else.
  const colorSpaceConversion = hasProfile(bytes, format) ? "default" : "none";
  const blob = new Blob([Uint8Array.from(bytes)], { type: `image/${format.toLowerCase()}` });
  const picture = await createImageBitmap(blob, { colorSpaceConversion, imageOrientation: "from-image" }).catch(() => {
    throw new InputError(`${label}: cannot be decoded by this browser; it may be damaged or cut off, copy it again`);
  });
  refuseLarge(picture, label);
  const { width, height } = picture;
  const drawn = canvas(width, height);
  if (onBlack) drawn.fillRect(0, 0, width, height);
  drawn.drawImage(picture, 0, 0);
  picture.close();
  return { width, height, channels: 4, values: Uint8Array.from(drawn.getImageData(0, 0, width, height).data) };
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
  if (context === null) throw new InputError("this browser gives no memory to decode a picture");
  return context;
}

function refuseUnread({ bytes, format, label, store }: PictureFile): void {
  if (format === "TIFF")
    throw new InputError(`${label}: browsers decode no TIFF; predict with \`pidreg predict\`, or save it as PNG`);
  if (format !== "PNG" || bytes.length < 33) return;
  refuseLarge({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }, label);
  if (bytes[24] !== 16) return;
  if (store === "uint8") refuseDeep("ushort", label);
  throw new InputError(`${label}: browsers decode 16 bits to 8; predict with \`pidreg predict\``);
}

/** Whether a file holds a profile of its colours, before its pixels. */
function hasProfile(bytes: Buffer, format: PictureFormat): boolean {
  const head = bytes.subarray(0, 1 << 16).toString("latin1");
  if (format === "JPEG") return head.includes("ICC_PROFILE\0");
  return format === "PNG" ? head.split("IDAT")[0].includes("iCCP") : head.includes("ICCP");
}

/** Red, green and blue of a few pixels that are written and read back. */
const probe = [0, 1, 2, 3, 64, 127, 128, 200, 253, 254, 255];
let exact: boolean | null = null;

/** @throws InputError where the browser changes what is read of a picture, to keep readers from being told apart */
function refuseChangedReading(label: string): void {
  exact ??= readsExactly();
  if (exact) return;
  throw new InputError(
    `${label}: this browser changes the pixels that a page reads, as a protection against tracking; predictions would be of another ` +
      "picture. Allow this page to read canvas data, or use another browser",
  );
}

function readsExactly(): boolean {
  const context = canvas(probe.length, 1);
  const written = new ImageData(probe.length, 1);
  for (const [i, value] of probe.entries()) written.data.set([value, 255 - value, (7 * value) % 256, 255], 4 * i);
  context.putImageData(written, 0, 0);
  const { data } = context.getImageData(0, 0, probe.length, 1);
  return data.every((value, i) => value === written.data[i]);
}
