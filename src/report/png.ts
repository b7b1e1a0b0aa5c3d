import { crc32, deflateSync } from "node:zlib";

/** Pixels of a picture, grey or red, green, blue, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/**
 * A picture as a PNG in a data URL. Source: W3C PNG, second edition: eight bits, no filter.
 * @throws RangeError when the pixels do not fill the picture
 */
export function pngUrl({ width, height, channels, pixels }: Pixels): string {
  if (pixels.length !== width * height * channels) {
    throw new RangeError(`a picture of ${width} x ${height} x ${channels} has ${pixels.length} pixels`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 1 ? 0 : 2], 8);
  const line = width * channels;
  const lines = Buffer.alloc(height * (line + 1));
  for (let i = 0; i < height; i++) lines.set(pixels.subarray(i * line, (i + 1) * line), i * (line + 1) + 1);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const png = [signature, chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(png).toString("base64")}`;
}

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
