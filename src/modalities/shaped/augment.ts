import type { Rng } from "../../math/rng.js";
import type { Augmentation } from "./kind.js";

const number = (value: number | string | undefined) => (typeof value === "number" ? value : 0);
/** Uniform between -most and most. */
const around = (rng: Rng, most: number) => most * (2 * rng.uniform() - 1);

/** Pictures [height, width, channels]: mirrored, turned and moved as one, then noise. What comes in at a side repeats the edge. */
export function augmentImage(row: Float32Array, shape: readonly number[], changes: Augmentation, rng: Rng): void {
  const [height, width, channels] = shape;
  const { flip } = changes;
  const across = rng.uniform() < 0.5 && (flip === "horizontal" || flip === "both");
  const down = rng.uniform() < 0.5 && (flip === "vertical" || flip === "both");
  const angle = (around(rng, number(changes.rotate)) * Math.PI) / 180;
  const [dy, dx] = [around(rng, number(changes.shift)) * height, around(rng, number(changes.shift)) * width];
  if (across || down || angle !== 0 || dy !== 0 || dx !== 0) {
    const from = row.slice();
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [my, mx] = [(height - 1) / 2, (width - 1) / 2];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const [y, x] = [i - my - dy, j - mx - dx];
        const [ty, tx] = [cos * y - sin * x, sin * y + cos * x];
        bilinear(from, shape, my + (down ? -ty : ty), mx + (across ? -tx : tx), row, (i * width + j) * channels);
      }
    }
  }
  addNoise(row, changes, rng);
}

/** The picture at a place between pixels, the nearest edge beyond them. */
function bilinear(
  from: Float32Array,
  [height, width, channels]: readonly number[],
  y: number,
  x: number,
  out: Float32Array,
  at: number,
): void {
  const [py, px] = [Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1)];
  const [top, left] = [Math.floor(py), Math.floor(px)];
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const [v, u] = [py - top, px - left];
  for (let c = 0; c < channels; c++) {
    const value = (i: number, j: number) => from[(i * width + j) * channels + c];
    out[at + c] =
      (1 - v) * ((1 - u) * value(top, left) + u * value(top, right)) +
      v * ((1 - u) * value(bottom, left) + u * value(bottom, right));
  }
}

const axes = ["x", "y", "z"];

/** Volumes [x, y, z, channels]: mirrored along one axis, moved by whole voxels, then noise. */
export function augmentVolume(row: Float32Array, shape: readonly number[], changes: Augmentation, rng: Rng): void {
  const [sx, sy, sz, channels] = shape;
  const mirrored = rng.uniform() < 0.5 ? axes.indexOf(String(changes.flip)) : -1;
  const shift = number(changes.shift);
  const moves = [sx, sy, sz].map((size) => Math.round(around(rng, shift) * size));
  if (mirrored >= 0 || moves.some((move) => move !== 0)) {
    const from = row.slice();
    const places = [sx, sy, sz].map((size, axis) =>
      Int32Array.from({ length: size }, (_, i) => {
        const place = Math.min(Math.max(i - moves[axis], 0), size - 1);
        return mirrored === axis ? size - 1 - place : place;
      }),
    );
    let at = 0;
    for (let i = 0; i < sx; i++) {
      for (let j = 0; j < sy; j++) {
        const start = (places[0][i] * sy + places[1][j]) * sz;
        for (let k = 0; k < sz; k++) {
          const source = (start + places[2][k]) * channels;
          for (let c = 0; c < channels; c++) row[at++] = from[source + c];
        }
      }
    }
  }
  addNoise(row, changes, rng);
}

/** Sequences [steps, channels]: moved in time, noise, then one stretch of time and one of channels set to 0. */
export function augmentSequence(row: Float32Array, shape: readonly number[], changes: Augmentation, rng: Rng): void {
  const [steps, channels] = shape;
  const move = Math.round(around(rng, number(changes.shift)) * steps);
  if (move !== 0) {
    const from = row.slice();
    for (let t = 0; t < steps; t++) {
      const source = Math.min(Math.max(t - move, 0), steps - 1);
      row.set(from.subarray(source * channels, (source + 1) * channels), t * channels);
    }
  }
  addNoise(row, changes, rng);
  const stretch = (share: number, size: number): [from: number, to: number] => {
    const length = Math.floor(rng.uniform() * (share * size + 1));
    const start = Math.floor(rng.uniform() * (size - length + 1));
    return [start, Math.min(size, start + length)];
  };
  const [first, last] = stretch(number(changes.timeMask), steps);
  row.fill(0, first * channels, last * channels);
  const [low, high] = stretch(number(changes.frequencyMask), channels);
  for (let t = 0; t < steps; t++) row.fill(0, t * channels + low, t * channels + high);
}

function addNoise(row: Float32Array, { noise }: Augmentation, rng: Rng): void {
  const spread = number(noise);
  if (spread === 0) return;
  for (let i = 0; i < row.length; i++) row[i] += spread * rng.normal();
}
