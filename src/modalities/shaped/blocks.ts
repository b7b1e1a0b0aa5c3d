import { blocksIn } from "../../models/layers/block-means.js";

/**
 * Places of a block by axis, the same along all axes but the last, which counts channels: the smallest whose means are no
 * more than `most`, however long an axis is.
 */
export function blocksFor(shape: readonly number[], most: number): number[] {
  const spatial = shape.slice(0, -1);
  const [channels] = shape.slice(-1);
  const blocks = (size: number) => spatial.map((length) => Math.min(size, length));
  const means = (size: number) =>
    blocks(size).reduce((product, block, axis) => product * blocksIn(spatial[axis], block), channels);
  let size = 1;
  while (means(size) > most && spatial.some((length) => size < length)) size++;
  return [...blocks(size), 1];
}

/** Shape of the means over blocks. */
export function meansShape(shape: readonly number[], blocks: readonly number[]): number[] {
  return shape.map((size, axis) => blocksIn(size, blocks[axis]));
}

/** Numbers of rows. */
type Numbers = Float32Array | Float64Array;

/**
 * Means over blocks of one row. @param zeros whether zeros fill the last block up, and NaN is none: as in a graph; else NaN, and
 * what lies beyond the end, is left out, and a block of nothing else is NaN
 * @param out [values of a row of means], written from `at` on
 */
export function rowBlockMeans(
  row: Numbers,
  shape: readonly number[],
  blocks: readonly number[],
  { zeros }: { readonly zeros: boolean },
  out: Numbers,
  at = 0,
): void {
  const means = meansShape(shape, blocks);
  const count = means.reduce((product, size) => product * size, 1);
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  const places = blockPlaces(shape, blocks, means);
  for (let i = 0; i < row.length; i++) {
    if (Number.isNaN(row[i])) continue;
    sums[places[i]] += row[i];
    counts[places[i]]++;
  }
  const whole = blocks.reduce((product, block) => product * block, 1);
  for (let k = 0; k < count; k++) out[at + k] = sums[k] / (zeros ? whole : counts[k]);
}

const remembered = new Map<string, Int32Array>();
/** Shapes whose places are remembered. */
const mostRemembered = 32;

/** The block that each value of a row belongs to. */
function blockPlaces(shape: readonly number[], blocks: readonly number[], means: readonly number[]): Int32Array {
  const key = `${shape.join()};${blocks.join()}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  let places = new Int32Array(1);
  shape.forEach((size, axis) => {
    const next = new Int32Array(places.length * size);
    places.forEach((place, i) => {
      for (let j = 0; j < size; j++) next[i * size + j] = place * means[axis] + Math.floor(j / blocks[axis]);
    });
    places = next;
  });
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, places);
  return places;
}
