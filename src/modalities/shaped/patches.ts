import { valuesOf } from "../../data/rows.js";
import type { ShapedKindName } from "./kind.js";

/** Patches that the space of a row is cut into. */
export interface Patches {
  /** Places of a patch along every axis but the last, which counts channels; 1 along that of several pictures. */
  readonly sizes: readonly number[];
  /** Patches along these axes. */
  readonly counts: readonly number[];
}

/** Patches along an axis of rows of one, two and three axes of space. */
const along = { sequence: 32, image: 8, volume: 4 } as const satisfies Record<ShapedKindName, number>;
/** Axes of space. */
const spaceOf = { sequence: 1, image: 2, volume: 3 } as const satisfies Record<ShapedKindName, number>;

/** Patches of equal size, but for the last along an axis; of several pictures those of each. */
export function patchesOf(kind: ShapedKindName, shape: readonly number[]): Patches {
  const space = shape.slice(0, -1);
  const pictures = space.length - spaceOf[kind];
  const sizes = space.map((size, axis) => (axis < pictures ? 1 : Math.ceil(size / along[kind])));
  return { sizes, counts: space.map((size, axis) => Math.ceil(size / sizes[axis])) };
}

/** The patch that a place of space belongs to, counted with the last axis fastest. */
export function patchAt({ sizes, counts }: Patches, place: readonly number[]): number {
  return place.reduce((at, p, axis) => at * counts[axis] + Math.floor(p / sizes[axis]), 0);
}

/** [places of space] the patch of each, the last axis fastest. */
export function patchPlaces(patches: Patches, shape: readonly number[]): Int32Array {
  const space = shape.slice(0, -1);
  return Int32Array.from({ length: valuesOf(space) }, (_, i) => {
    const place: number[] = [];
    for (let axis = space.length - 1, rest = i; axis >= 0; rest = Math.floor(rest / space[axis]), axis--)
      place.unshift(rest % space[axis]);
    return patchAt(patches, place);
  });
}

/**
 * Reads the row itself as row 0, and the row with patch k replaced as row k + 1.
 * @param values the row as it is prepared, [...shape], channels last
 * @param fill   what stands in the place of a patch, by channel; one number for all where it has one
 */
export function rowsWithoutPatches(
  values: Float32Array,
  { shape, fill }: { readonly shape: readonly number[]; readonly fill: readonly number[] },
  patches: Patches,
): (numbers: ArrayLike<number>, out: Float32Array) => Promise<void> {
  const places = patchPlaces(patches, shape);
  const channels = shape[shape.length - 1];
  return async (numbers, out) => {
    for (let i = 0; i < numbers.length; i++) {
      out.set(values, i * values.length);
      if (numbers[i] === 0) continue;
      for (let p = 0; p < places.length; p++) {
        if (places[p] !== numbers[i] - 1) continue;
        for (let c = 0; c < channels; c++) out[i * values.length + p * channels + c] = fill[c % fill.length];
      }
    }
  };
}

/** Largest side of a drawn picture, as `draw` has it. */
const longestSide = 96;

/**
 * The place of space that each pixel of a drawn row shows, as `draw` of the kind lays it out; null beside a slice.
 * @param size of the picture
 */
export function placesShown(
  kind: ShapedKindName,
  shape: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly (readonly number[] | null)[] {
  const space = shape.slice(0, -1);
  if (space.length > spaceOf[kind]) {
    const own = width / space[0];
    const one = placesShown(kind, shape.slice(1), { width: own, height });
    return pixels(width, height, (y, x) => {
      const place = one[y * own + (x % own)];
      return place === null ? null : [Math.floor(x / own), ...place];
    });
  }
  return shownBy[kind](space, width, height);
}

type Shown = (space: readonly number[], width: number, height: number) => readonly (readonly number[] | null)[];

const shownBy: Readonly<Record<ShapedKindName, Shown>> = {
  image: (space, width, height) => {
    const step = Math.ceil(Math.max(...space) / longestSide);
    return pixels(width, height, (y, x) => [y * step, x * step]);
  },
  sequence: ([steps], width, height) =>
    pixels(width, height, (_, x) => [Math.min(steps - 1, Math.floor(((x + 0.5) * steps) / width))]),
  volume: slicesShown,
};

function pixels(width: number, height: number, at: (y: number, x: number) => readonly number[] | null) {
  return Array.from({ length: width * height }, (_, i) => at(Math.floor(i / width), i % width));
}

/** The middle slices along x, y and z, side by side, top up. */
function slicesShown([sx, sy, sz]: readonly number[], width: number, height: number) {
  const step = Math.ceil(Math.max(2 * sx + sy, sy, sz) / longestSide);
  const [mx, my, mz] = [sx, sy, sz].map((size) => Math.floor(size / 2));
  return pixels(width, height, (row, column) => {
    const [v, u] = [row * step, column * step];
    if (u < sy) return v < sz ? [mx, u, sz - 1 - v] : null;
    if (u < sy + sx) return v < sz ? [u - sy, my, sz - 1 - v] : null;
    return v < sy && u < sy + 2 * sx ? [u - sy - sx, sy - 1 - v, mz] : null;
  });
}
