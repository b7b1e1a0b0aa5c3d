import { mkdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { Rng } from "../../src/math/rng.js";
import { yamlBlock } from "./documents.js";
import { niftiBytes, wavBytes } from "./row-files.js";
import { smallNetwork } from "./small-network.js";

/** Rows of each table. */
const rows = 420;
const document = "docs/images-sequences-volumes.md";

/** Writes the files that docs/images-sequences-volumes.md speaks of into the current folder: a table, and a file for each row. */
export async function writeRowFiles(): Promise<void> {
  for (const name of ["houses", "words", "rooms", "brains", "rooms-of-houses", "houses-frozen", "brains-micro"]) {
    await writeFile(`${name}.yaml`, yamlBlock(document, `name: ${name}`));
  }
  const rng = new Rng("row files");
  const causes = Array.from({ length: rows }, () => [rng.normal(), rng.normal()]);
  await writeFile("encoder.onnx", smallNetwork({ input: [-1, 3, 32, 32], output: [-1, 3], axes: [2, 3] }));
  await writePhotos(causes);
  await writeSounds(causes);
  await writeScans(causes);
  const hours = causes.map(([a, b], i) => {
    const date = new Date(Date.UTC(2024, 0, 1, i)).toISOString().slice(0, 19);
    return [
      date,
      i % 2 === 0 ? "north" : "south",
      (a + b).toFixed(3),
      a.toFixed(3),
      b.toFixed(3),
      (a - b).toFixed(3),
    ].join();
  });
  await writeFile("rooms.csv", ["date,room,y,T1,T2,outside", ...hours].join("\n"));
}

async function writePhotos(causes: readonly (readonly number[])[]): Promise<void> {
  await mkdir("photos");
  const lines: string[] = [];
  for (const [i, [a, b]] of causes.entries()) {
    const grey = Math.max(0, Math.min(255, Math.round(120 + 30 * a)));
    const picture = sharp({
      create: { width: 6, height: 5, channels: 3, background: { r: grey, g: grey, b: i % 256 } },
    });
    await picture.png().toFile(`photos/h${i}.png`);
    lines.push(
      [
        `h${i}`,
        (a + b).toFixed(3),
        i % 10 === 0 ? "" : `h${i}.png`,
        b.toFixed(3),
        i % 5,
        i % 15 === 1 ? "" : `h${i}.png`,
      ].join(),
    );
  }
  const table = ["id,price,frontal,area,bedrooms,kitchen", ...lines].join("\n");
  await writeFile("houses.csv", table);
  await writeFile("photos/new-houses.csv", table);
}

async function writeSounds(causes: readonly (readonly number[])[]): Promise<void> {
  const lines: string[] = [];
  for (const [i, [a, b]] of causes.entries()) {
    const loudness = 0.2 * Math.exp(0.5 * Math.max(-3, Math.min(3, a)));
    await writeFile(
      `w${i}.wav`,
      wavBytes(
        Array.from({ length: 2000 + 2 * i }, (_, t) => loudness * Math.sin(t / 4)),
        8000,
      ),
    );
    lines.push([(a + b).toFixed(3), `w${i}.wav`, b.toFixed(3)].join());
  }
  await writeFile("words.csv", ["y,wav,height", ...lines].join("\n"));
}

async function writeScans(causes: readonly (readonly number[])[]): Promise<void> {
  await mkdir("scans");
  const lines: string[] = [];
  for (const [i, [a, b]] of causes.entries()) {
    const values = Array.from({ length: 1000 }, (_, k) => a + ((k * 31) % 7) / 7);
    const bytes = niftiBytes({ shape: [10, 10, 10], values, spacing: [3, 3, 3] });
    await writeFile(`scans/sub-s${i}_T1w.nii.gz`, gzipSync(bytes));
    lines.push([`s${i}`, (a + b).toFixed(3), b.toFixed(3)].join());
  }
  await writeFile("brains.csv", ["subject,age,thickness", ...lines].join("\n"));
}
