/*
 * Fixed features of photographs, in which nothing is learned: for each picture a histogram of every colour, mean and spread of the
 * colours on a grid, and a histogram of the directions of edges by quarter, weighted by their strength.
 */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { madeFolder } from "./data.mjs";

const size = 48;
const shades = 8;
const grid = 3;
const directions = 8;

/** Numbers of one picture. */
export const featureWidth = 3 * shades + 6 * grid ** 2 + 4 * directions;

/** Writes the features of all rows, pictures side by side, as .npy, and returns its path. */
export async function featureFile(rows, views, root) {
  const file = path.join(madeFolder, "tables", "houses-features.npy");
  if (existsSync(file)) return file;
  const values = [];
  for (const row of rows) for (const view of views) values.push(...(await features(path.join(root, row[view]))));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, npy(values, [rows.length, values.length / rows.length]));
  return file;
}

async function features(file) {
  const pixels = await sharp(file)
    .removeAlpha()
    .toColourspace("srgb")
    .resize(size, size, { fit: "fill" })
    .raw()
    .toBuffer();
  const at = (y, x, c) => pixels[(y * size + x) * 3 + c] / 255;
  return [...colours(at), ...places(at), ...edges(at)];
}

/** Share of the pixels in each of `shades` shades of red, green and blue. */
function colours(at) {
  const counts = new Float64Array(3 * shades);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let c = 0; c < 3; c++)
        counts[c * shades + Math.min(shades - 1, Math.floor(at(y, x, c) * shades))] += 1 / size ** 2;
  return counts;
}

/** Mean and standard deviation of every colour in each field of the grid. */
function places(at) {
  const side = size / grid;
  const out = [];
  for (let field = 0; field < grid ** 2; field++) {
    for (let c = 0; c < 3; c++) {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < side ** 2; i++) {
        const value = at(Math.floor(field / grid) * side + Math.floor(i / side), (field % grid) * side + (i % side), c);
        sum += value;
        squares += value ** 2;
      }
      const mean = sum / side ** 2;
      out.push(mean, Math.sqrt(Math.max(0, squares / side ** 2 - mean ** 2)));
    }
  }
  return out;
}

/** Strength of edges by direction, 0 to 180 degrees, in each quarter. */
function edges(at) {
  const grey = (y, x) => (at(y, x, 0) + at(y, x, 1) + at(y, x, 2)) / 3;
  const out = new Float64Array(4 * directions);
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const [dy, dx] = [grey(y + 1, x) - grey(y - 1, x), grey(y, x + 1) - grey(y, x - 1)];
      const turn = (Math.atan2(dy, dx) + Math.PI) / Math.PI;
      const quarter = 2 * Number(y >= size / 2) + Number(x >= size / 2);
      out[quarter * directions + (Math.floor(turn * directions) % directions)] += Math.hypot(dy, dx) / size ** 2;
    }
  }
  return out;
}

/** An array of float32 as numpy writes it. */
function npy(values, shape) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const head = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([head, Buffer.from(header, "latin1"), Buffer.from(Float32Array.from(values).buffer)]);
}
