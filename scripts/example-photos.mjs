import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

/** Numbers from 0 to 1, the same every time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Pixels of a picture along each side. */
const size = 32;

/** A disc on a ground: its radius tells the price, and so does how bright the ground is, which the table has too. */
function disc(radius, light, noise) {
  const pixels = Buffer.alloc(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [(i % size) - size / 2, Math.floor(i / size) - size / 2];
    const inside = Math.hypot(x, y) < radius;
    const ground = 60 + 120 * light + 20 * (noise() - 0.5);
    pixels.set(inside ? [220, 120, 40] : [ground, ground, ground + 20], 3 * i);
  }
  return pixels;
}

/** Writes a config, a table and a picture for most of its rows into a folder. */
export async function writePhotos(folder, rows) {
  mkdirSync(join(folder, "pictures"), { recursive: true });
  const random = numbers(7 + rows);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const lines = [];
  for (let i = 0; i < rows; i++) {
    const [width, light, area] = [random(), random(), normal()];
    const name = i % 12 === 5 ? "" : `pictures/h${i}.png`;
    if (name !== "") {
      const raw = { raw: { width: size, height: size, channels: 3 } };
      await sharp(disc(3 + 11 * width, light, random), raw)
        .png()
        .toFile(join(folder, name));
    }
    const price = 200 + 120 * width + 60 * light + 40 * area + 10 * normal();
    lines.push([`h${i}`, price.toFixed(1), name, area.toFixed(3), (light + 0.1 * normal()).toFixed(3)].join());
  }
  writeFileSync(join(folder, "photos.csv"), `${["id,price,picture,area,light", ...lines].join("\n")}\n`);
  writeFileSync(
    join(folder, "photos.yaml"),
    `name: photos
data:
  file: photos.csv
  id: id
  target: price
  modalities:
    picture: { kind: image, path: picture, shape: [32, 32, 3] }
    attributes: { columns: [area, light] }
model: { encoder: { modalities: { picture: { channels: [8, 16], stem: 2 } } } }
`,
  );
}
