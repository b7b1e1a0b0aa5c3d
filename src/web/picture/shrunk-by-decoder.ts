import type { PictureFormat } from "../../modalities/decoded/decoders/picture-format.js";
import { blockMeans, type Pixels } from "./resize.js";

/**
 * A picture as sharp has it decoded: a JPEG that gets much smaller is decoded at a half, a quarter or an eighth of its size, which
 * means over blocks come close to.
 * @param shrinking old pixels for each new one, along the axis that shrinks less
 */
export function shrunkByDecoder(picture: Pixels, format: PictureFormat, shrinking: number): Pixels {
  if (format !== "JPEG") return picture;
  const most = [8, 4, 2].find((by) => shrinking >= by) ?? 1;
  // As sharp does, one step less where a whole factor would leave nothing to be resized.
  const by = most > 1 && Math.floor(shrinking) === most ? most / 2 : most;
  return blockMeans(blockMeans(picture, 1, by), 0, by);
}
