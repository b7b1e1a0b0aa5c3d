import { cubicReading, lanczosReading, parts } from "./axis-reading.js";

/*
 * Pictures of bytes are resized as libvips does it, by which `pidreg predict` reads them: large factors by means over whole blocks first, the
 * rest by a Lanczos kernel of three lobes, along columns first, then along rows; then what grows by a cubic one. Source: libvips 8.18,
 * resample/{resize,shrinkv,reducev,affine,bicubic}.
 */

/** Pixels row by row, channels last. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Uint8Array;
}

/** What is left to the kernel of a factor: blocks take the rest. */
const leastForKernel = 2;

/** A picture of another size. @param factors old pixels for each new one, along x and y */
export function resized(picture: Pixels, width: number, height: number, factors: readonly [number, number]): Pixels {
  const [x, y] = factors;
  const tall = y > 1 ? shrunk(picture, 1, height, y) : picture;
  const wide = x > 1 ? shrunk(tall, 0, width, x) : tall;
  return x < 1 || y < 1 ? grown(wide, width, height) : wide;
}

function sizeOf({ width, height }: Pixels, axis: 0 | 1): number {
  return axis === 0 ? width : height;
}

/** One axis with fewer pixels. */
function shrunk(picture: Pixels, axis: 0 | 1, to: number, factor: number): Pixels {
  const blocks = Math.max(1, Math.floor(sizeOf(picture, axis) / to / leastForKernel));
  const means = blockMeans(picture, axis, blocks);
  const size = sizeOf(means, axis);
  const { starts, weights } = lanczosReading(size, to, factor / blocks, sizeOf(picture, axis) / blocks);
  return gathered(means, axis, to, (place, at) => {
    const own = weights[place];
    let sum = parts / 2;
    for (let k = 0; k < own.length; k++) sum += own[k] * at(inside(starts[place] + k, size));
    return byteOf(Math.floor(sum / parts));
  });
}

/** Means over blocks of `by` pixels along an axis; the last block is filled up with its last pixel. */
export function blockMeans(picture: Pixels, axis: 0 | 1, by: number): Pixels {
  if (by === 1) return picture;
  const size = sizeOf(picture, axis);
  return gathered(picture, axis, Math.ceil(size / by), (place, at) => {
    let sum = by >> 1;
    for (let k = 0; k < by; k++) sum += at(Math.min(size - 1, place * by + k));
    return Math.floor(sum / by);
  });
}

/** A picture whose places along an axis are read off those of another. @param at value of a place of the old axis */
function gathered(
  { width, height, channels, values }: Pixels,
  axis: 0 | 1,
  to: number,
  value: (place: number, at: (place: number) => number) => number,
): Pixels {
  const [wide, tall] = axis === 0 ? [to, height] : [width, to];
  const out = new Uint8Array(wide * tall * channels);
  const step = axis === 0 ? channels : width * channels;
  let first = 0;
  const at = (place: number) => values[first + place * step];
  for (let y = 0, i = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) {
      for (let c = 0; c < channels; c++, i++) {
        first = (axis === 0 ? y * width : x) * channels + c;
        out[i] = value(axis === 0 ? x : y, at);
      }
    }
  }
  return { width: wide, height: tall, channels, values: out };
}

/** A picture of no fewer pixels along either axis. */
function grown({ width, height, channels, values }: Pixels, toWidth: number, toHeight: number): Pixels {
  const [across, down] = [cubicReading(width, toWidth), cubicReading(height, toHeight)];
  const out = new Uint8Array(toWidth * toHeight * channels);
  for (let y = 0, i = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      for (let c = 0; c < channels; c++, i++) {
        let sum = parts / 2;
        for (let v = 0; v < 4; v++) {
          const row = inside(down.starts[y] + v, height) * width;
          let along = parts / 2;
          for (let u = 0; u < 4; u++)
            along += across.weights[x][u] * values[(row + inside(across.starts[x] + u, width)) * channels + c];
          sum += down.weights[y][v] * Math.floor(along / parts);
        }
        out[i] = byteOf(Math.floor(sum / parts));
      }
    }
  }
  return { width: toWidth, height: toHeight, channels, values: out };
}

/** Behind the edge stands the pixel at the edge. */
function inside(place: number, size: number): number {
  return Math.max(0, Math.min(size - 1, place));
}

function byteOf(value: number): number {
  return Math.max(0, Math.min(255, value));
}
