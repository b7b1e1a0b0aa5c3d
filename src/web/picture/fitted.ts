import type { FitMode } from "../../modalities/decoded/recipe.js";
import { type Pixels, resized } from "./resize.js";

/**
 * A picture of a wanted size: stretched (fill), with what stands over cut off (cover), or with black at its sides (contain), as
 * sharp does it.
 */
export function fitted(picture: Pixels, width: number, height: number, fit: FitMode): Pixels {
  const [x, y] = [picture.width / width, picture.height / height];
  if (x === 1 && y === 1) return picture;
  if (fit === "fill") return resized(picture, width, height, [x, y]);
  const factor = fit === "cover" ? Math.min(x, y) : Math.max(x, y);
  const wide = x === factor ? width : Math.round(picture.width / factor);
  const tall = y === factor ? height : Math.round(picture.height / factor);
  // The factor is that of the wanted size, and not of whole pixels.
  const sized = resized(picture, wide, tall, [factor, factor]);
  return framed(sized, width, height);
}

/** The middle of a picture, cut off or framed in black, which covers what lies behind. */
function framed(picture: Pixels, width: number, height: number): Pixels {
  const { channels } = picture;
  if (picture.width === width && picture.height === height) return picture;
  const values = new Uint8Array(width * height * channels);
  if (channels === 4) for (let i = 3; i < values.length; i += 4) values[i] = 255;
  // Of what cannot be halved, more is cut off on the left and at the head, and the frame is wider on the right and at the foot.
  const start = (from: number, to: number) => (from > to ? Math.ceil((from - to) / 2) : -Math.floor((to - from) / 2));
  const [left, top] = [start(picture.width, width), start(picture.height, height)];
  for (let v = 0; v < height; v++) {
    const y = v + top;
    if (y < 0 || y >= picture.height) continue;
    for (let u = 0; u < width; u++) {
      const x = u + left;
      if (x < 0 || x >= picture.width) continue;
      for (let c = 0; c < channels; c++)
        values[(v * width + u) * channels + c] = picture.values[(y * picture.width + x) * channels + c];
    }
  }
  return { width, height, channels, values };
}
