/*
 * Pictures of bytes are resized as libvips does it, by which `pidreg predict` reads them: large factors by means over whole blocks first, the
 * rest by a Lanczos kernel of three lobes, larger pictures by a cubic one; along columns first, then along rows, in whole numbers of 1/4096. Source:
 * libvips 8.17, resample/{resize,reducev,reduceh,templates}.
 */

/** Pixels row by row, channels last. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Uint8Array;
}

/** Places between two pixels for which there are weights, and parts of a weight. */
const phases = 64;
const parts = 4096;
/** What is left to the kernel of a factor: blocks take the rest. */
const leastForKernel = 2;

/** How the places of an axis are read off another one: for each the first, which may lie outside, and the weights from there on. */
interface AxisReading {
  readonly starts: Int32Array;
  readonly weights: readonly Int32Array[];
}

/** A picture of another size. @param factors old pixels for each new one, along x and y */
export function resized(picture: Pixels, width: number, height: number, factors: readonly [number, number]): Pixels {
  const shrunkBy = factors.map((factor, axis) => {
    const [from, to] = axis === 0 ? [picture.width, width] : [picture.height, height];
    return factor > 1 ? Math.max(1, Math.floor(from / to / leastForKernel)) : 1;
  });
  const tall = along(blockMeans(picture, 1, shrunkBy[1]), 1, height, factors[1] / shrunkBy[1], picture.height);
  return along(blockMeans(tall, 0, shrunkBy[0]), 0, width, factors[0] / shrunkBy[0], picture.width);
}

/** Means over blocks of `by` pixels along an axis; the last block is filled up with its last pixel. */
function blockMeans(picture: Pixels, axis: 0 | 1, by: number): Pixels {
  if (by === 1) return picture;
  const size = axis === 0 ? picture.width : picture.height;
  const to = Math.ceil(size / by);
  return gathered(picture, axis, to, (place, at) => {
    let sum = 0;
    for (let k = 0; k < by; k++) sum += at(Math.min(size - 1, place * by + k));
    return Math.floor((sum + (by >> 1)) / by);
  });
}

/** Reads one axis by a kernel. @param whole pixels of the axis before blocks were taken */
function along(picture: Pixels, axis: 0 | 1, to: number, factor: number, whole: number): Pixels {
  const size = axis === 0 ? picture.width : picture.height;
  if (size === to && factor === 1) return picture;
  const { starts, weights } = factor > 1 ? shrinking(size, to, factor) : growing(to, whole);
  return gathered(picture, axis, to, (place, at) => {
    const own = weights[place];
    let sum = parts >> 1;
    for (let k = 0; k < own.length; k++) sum += own[k] * at(Math.max(0, Math.min(size - 1, starts[place] + k)));
    return Math.max(0, Math.min(255, sum >> 12));
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

/** Lanczos of three lobes, widened by the factor. */
function shrinking(size: number, to: number, factor: number): AxisReading {
  const points = 2 * Math.round(3 * factor) + 1;
  // Pixels that are left over are left out on both sides.
  const offset = (1 + (to * factor - size)) / 2 - 1;
  const lanczos = (x: number) =>
    x === 0 ? 1 : Math.abs(x) >= 3 ? 0 : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2;
  const table = Array.from({ length: phases + 1 }, (_, phase) =>
    wholeWeights(Array.from({ length: points }, (_w, i) => lanczos((i - (phase / phases + points / 2 - 1)) / factor))),
  );
  const lead = Math.ceil(points / 2) - 1;
  return readings(to, (place) => (place + 0.5) * factor - 0.5 - offset, lead, table);
}

/** Catmull and Rom's cubic. */
function growing(to: number, size: number): AxisReading {
  const table = Array.from({ length: phases + 1 }, (_, phase) => {
    const x = phase / phases;
    return wholeWeights([
      ((2 - x) * x - 1) * x * 0.5,
      ((3 * x - 5) * x * x + 2) * 0.5,
      ((4 - 3 * x) * x + 1) * x * 0.5,
      (x - 1) * x * x * 0.5,
    ]);
  });
  return readings(to, (place) => ((place + 0.5) * size) / to - 0.5, 1, table);
}

function readings(
  to: number,
  centre: (place: number) => number,
  lead: number,
  table: readonly Int32Array[],
): AxisReading {
  const starts = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, place) => {
    const x = centre(place);
    const whole = Math.floor(x);
    starts[place] = whole - lead;
    return table[Math.round((x - whole) * phases)];
  });
  return { starts, weights };
}

function wholeWeights(weights: readonly number[]): Int32Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Int32Array.from(weights, (weight) => Math.round((weight / sum) * parts));
}
