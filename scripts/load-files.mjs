// Trains on many pictures or volumes, a file for each row, to the end of the command, one epoch of each stage, and prints CPU time and the
// largest resident size. What the command tells meanwhile is passed on. Usage: npm run build && node scripts/load-files.mjs pictures|volumes [ROWS]
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { stringify } from "yaml";
import { usageOf } from "./measured.mjs";

/** Numbers from 0 to 1, the same every time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A ball, or disc, of which the radius tells the target, in noise. @param axes lengths of the axes, the first fastest */
function body(axes, radius, random) {
  const count = axes.reduce((product, length) => product * length, 1);
  return Uint8Array.from({ length: count }, (_, i) => {
    let rest = i;
    const distance = Math.hypot(
      ...axes.map((length) => {
        const place = rest % length;
        rest = Math.floor(rest / length);
        return place - length / 2;
      }),
    );
    return (distance < radius ? 180 : 60) + 40 * random();
  });
}

/** A NIfTI file of bytes, voxels of a millimetre. */
function nifti(voxels, axes) {
  const head = Buffer.alloc(352);
  head.writeInt32LE(348, 0);
  for (const [i, length] of [3, ...axes, 1, 1, 1, 1].entries()) head.writeInt16LE(length, 40 + 2 * i);
  head.writeInt16LE(2, 70);
  head.writeInt16LE(8, 72);
  for (let i = 0; i < 8; i++) head.writeFloatLE(1, 76 + 4 * i);
  head.writeFloatLE(352, 108);
  head.writeInt16LE(1, 254);
  for (const i of [0, 1, 2]) head.writeFloatLE(1, 280 + 16 * i + 4 * i);
  head.write("n+1\0", 344, "latin1");
  return Buffer.concat([head, voxels]);
}

/** Contents of files repeat; what is held does not depend on that. */
const kinds = {
  pictures: {
    rows: 50_000,
    contents: 200,
    ending: "jpg",
    file: async (radius, random) => {
      const grey = body([64, 64], radius, random);
      const pixels = Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]);
      return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
        .jpeg()
        .toBuffer();
    },
    modality: { kind: "image", path: "file", shape: [64, 64, 3] },
    encoder: { channels: [8, 16], stem: 4 },
    training: {},
    streaming: {},
  },
  volumes: {
    rows: 500,
    contents: 20,
    ending: "nii",
    file: async (radius, random) => nifti(body([64, 64, 64], radius, random), [64, 64, 64]),
    modality: { kind: "volume", path: "file", shape: [64, 64, 64] },
    encoder: { channels: [16, 16, 32], norm: "group" },
    training: { batchSize: 32, microBatch: 8 },
    streaming: { memory: 64 },
  },
};

const [name = "pictures", count] = process.argv.slice(2);
if (!(name in kinds)) throw new Error(`no kind ${name}; there is: ${Object.keys(kinds).join(", ")}`);
const { contents, ending, file, modality, encoder, training, streaming, ...kind } = kinds[name];
const rows = Number(count ?? kind.rows);
const folder = await mkdtemp(join(tmpdir(), "pidreg-load-files-"));
try {
  const random = numbers(1);
  await mkdir(join(folder, "files"));
  const made = [];
  for (let i = 0; i < contents; i++) {
    const radius = 5 + 20 * random();
    made.push({ radius, bytes: await file(radius, random) });
  }
  const lines = ["id,y,file,x"];
  for (let i = 0; i < rows; i++) {
    const { radius, bytes } = made[i % contents];
    const x = random();
    await writeFile(join(folder, "files", `${i}.${ending}`), bytes);
    lines.push([i, (radius / 5 + x + 0.3 * random()).toFixed(3), `files/${i}.${ending}`, x.toFixed(3)].join());
  }
  await writeFile(join(folder, "rows.csv"), `${lines.join("\n")}\n`);
  const config = {
    name: "load",
    data: {
      ...{ file: "rows.csv", id: "id", target: "y", streaming: { cache: "cache", ...streaming } },
      modalities: { files: modality, table: { columns: ["x"] } },
    },
    model: { latentDim: 8, encoder: { embedding: "none", modalities: { files: encoder } } },
    training: { ...training, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } },
    evaluation: { importance: "off" },
  };
  await writeFile(join(folder, "load.yaml"), stringify(config));
  const args = ["train", join(folder, "load.yaml"), "--out", join(folder, "run")];
  const { code, megabytes, seconds } = await usageOf(args, { folder, onText: (text) => process.stderr.write(text) });
  process.stdout.write(`${rows} ${name}: exit ${code}, ${Math.round(megabytes)} MB, ${Math.round(seconds)} CPU s\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
