import { drawArray } from "../array/draw.js";
import type { Picture } from "../kind.js";

/** Pixels of the longest side of a picture. */
const longestSide = 96;

/** A picture [height, width, channels]: its first three channels, of others than one the first. */
export function drawImage([height, width, channels]: readonly number[], row: Float64Array): Picture | null {
  if (channels === 1 || channels === 3) return drawArray([height, width, channels], row);
  const kept = channels === 2 ? 1 : 3;
  const values = new Float64Array(height * width * kept);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < kept; c++) values[i * kept + c] = row[i * channels + c];
  }
  return drawArray([height, width, kept], values);
}

/** The pictures of a row side by side; a missing one is black. */
export function drawEach(
  draw: (shape: readonly number[], row: Float64Array) => Picture | null,
  [share, ...one]: readonly number[],
  row: Float64Array,
): Picture | null {
  const size = row.length / share;
  const drawn = Array.from({ length: share }, (_, k) => draw(one, row.subarray(k * size, (k + 1) * size)));
  const pictures = drawn.filter((picture) => picture !== null);
  if (pictures.length < share) return null;
  const [{ height, width, channels }] = pictures;
  const pixels = new Uint8Array(height * width * share * channels);
  const line = width * channels;
  pictures.forEach((picture, k) => {
    for (let y = 0; y < height; y++)
      pixels.set(picture.pixels.subarray(y * line, (y + 1) * line), (y * share + k) * line);
  });
  return { width: width * share, height, channels, pixels };
}

/** The middle slices of a volume [x, y, z, channels] along its three axes, side by side, top up. */
export function drawVolume([sx, sy, sz, channels]: readonly number[], row: Float64Array): Picture | null {
  const value = (i: number, j: number, k: number) => row[((i * sy + j) * sz + k) * channels];
  const [mx, my, mz] = [sx, sy, sz].map((size) => Math.floor(size / 2));
  const slices = [
    { width: sy, height: sz, at: (u: number, v: number) => value(mx, u, sz - 1 - v) },
    { width: sx, height: sz, at: (u: number, v: number) => value(u, my, sz - 1 - v) },
    { width: sx, height: sy, at: (u: number, v: number) => value(u, sy - 1 - v, mz) },
  ];
  const height = Math.max(...slices.map((slice) => slice.height));
  const width = slices.reduce((sum, slice) => sum + slice.width, 0);
  const values = new Float64Array(height * width).fill(Number.NaN);
  let left = 0;
  for (const slice of slices) {
    for (let v = 0; v < slice.height; v++) {
      for (let u = 0; u < slice.width; u++) values[v * width + left + u] = slice.at(u, v);
    }
    left += slice.width;
  }
  return drawArray([height, width], values);
}

/** Most channels that are drawn as lines, and the height of each. */
const mostLines = 4;
const lineHeight = 32;

/** A sequence [steps, channels]: up to four channels as lines over time, more as a spectrogram, the first channel lowest. */
export function drawSequence([steps, channels]: readonly number[], row: Float64Array): Picture | null {
  if (channels <= mostLines) return drawLines(steps, channels, row);
  const values = new Float64Array(steps * channels);
  for (let t = 0; t < steps; t++) {
    for (let c = 0; c < channels; c++) values[(channels - 1 - c) * steps + t] = row[t * channels + c];
  }
  return drawArray([channels, steps], values);
}

/** Each channel between its least and its largest value, the range of the steps that fall on a pixel drawn through. */
function drawLines(steps: number, channels: number, row: Float64Array): Picture {
  const width = Math.min(longestSide, steps);
  const pixels = new Uint8Array(width * lineHeight * channels);
  for (let c = 0; c < channels; c++) {
    const values = Float64Array.from({ length: steps }, (_, t) => row[t * channels + c]);
    const there = values.filter((value) => !Number.isNaN(value));
    const low = there.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = there.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const level = (value: number) =>
      high === low ? lineHeight >> 1 : Math.round(((lineHeight - 1) * (high - value)) / (high - low));
    for (let x = 0; x < width; x++) {
      const part = values
        .subarray(Math.floor((x * steps) / width), Math.max(1, Math.floor(((x + 1) * steps) / width)))
        .filter((value) => !Number.isNaN(value));
      if (part.length === 0) continue;
      const levels = Array.from(part, level);
      const [top, bottom] = [Math.min(...levels), Math.max(...levels)];
      for (let y = top; y <= bottom; y++) pixels[(c * lineHeight + y) * width + x] = 255;
    }
  }
  return { width, height: lineHeight * channels, channels: 1, pixels };
}
