import type { Picture } from "../kind.js";

/** Longest side of a picture. */
const longestSide = 96;

/**
 * A row of two axes, or of three with one or three channels last, as a picture: grey or colour between its least and its
 * largest value; every k-th pixel of a larger one. Null for other shapes. What is missing is black.
 */
export function drawArray(shape: readonly number[], row: Float64Array): Picture | null {
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3)) return null;
  const step = Math.ceil(Math.max(height, width) / longestSide);
  const [tall, wide] = [Math.ceil(height / step), Math.ceil(width / step)];
  const there = row.filter((value) => !Number.isNaN(value));
  const low = there.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = there.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const pixels = new Uint8Array(tall * wide * channels);
  for (let i = 0, at = 0; i < tall; i++) {
    for (let j = 0; j < wide; j++) {
      for (let c = 0; c < channels; c++) {
        const value = row[(i * step * width + j * step) * channels + c];
        pixels[at++] = Number.isNaN(value) || high === low ? 0 : Math.round((255 * (value - low)) / (high - low));
      }
    }
  }
  return { width: wide, height: tall, channels, pixels };
}
