import { InputError } from "../../../errors.js";

/** Most bytes of a file, and most pixels that its head may claim: 12,000 times 8,000. */
export const mostPictureBytes = 256e6;
export const mostPixels = 1e8;

/** Formats of pictures that are read. */
export type PictureFormat = "PNG" | "JPEG" | "WebP" | "TIFF";

const formats: readonly (readonly [name: PictureFormat, begins: (bytes: Buffer) => boolean])[] = [
  ["PNG", (bytes) => bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))],
  ["JPEG", (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff],
  ["WebP", (bytes) => bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP"],
  ["TIFF", (bytes) => ["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(bytes.toString("latin1", 0, 4))],
];

/**
 * The format of a picture, told by its first bytes.
 * @throws InputError for other formats, which are not handed over: some of them name files, or run for ever
 */
export function pictureFormat(bytes: Buffer, label: string): PictureFormat {
  const found = formats.find(([, begins]) => begins(bytes));
  if (found !== undefined) return found[0];
  throw new InputError(
    `${label}: is no picture that is read; there are ${formats.map(([name]) => name).join(", ")}, told by their first bytes`,
  );
}

/** @throws InputError for a picture of more pixels than are decoded */
export function refuseLarge(
  { width, height }: { readonly width: number; readonly height: number },
  label: string,
): void {
  if (width * height <= mostPixels) return;
  throw new InputError(
    `${label}: is a picture of ${width} x ${height} pixels; up to ${mostPixels / 1e6} million are decoded, make it smaller`,
  );
}

/** @throws InputError where bytes are kept, for numbers of another type */
export function refuseDeep(type: string, label: string): never {
  throw new InputError(
    `${label}: has numbers of type ${type}, and bytes are kept; set store: float32 to keep them as they are`,
  );
}
