import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { stringify } from "yaml";
import { Rng } from "../../src/math/rng.js";
import { succeeds } from "./command.js";
import { writeNpy } from "./npy.js";
import { niftiBytes, wavBytes } from "./row-files.js";

/** A run whose rows are read from files, with a table and all files that a page is given to predict. */
export interface FileRun {
  readonly name: string;
  readonly config: object;
  /** Files that the page is given with the table: in folders, or by their names alone. */
  readonly given: "folders" | "names";
  /** Arrays that `pidreg predict` is told of. */
  readonly words?: readonly string[];
}

const rows = 200;
const model = {
  model: { latentDim: 3, encoder: { hidden: [8] }, predictor: { hidden: [8] } },
  training: { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 }, modalityDropout: 0.2 },
  evaluation: { importance: "off" },
};
const convolution = (channels: readonly number[]) => ({ channels: [...channels], stem: 2 });
const blood = { columns: ["crp", "iron"] };
const split = { train: 0.6, validation: 0.2, test: 0.2, by: "random" };

function run(modalities: object, encoder: object = {}, more: object = {}): object {
  return {
    ...{ ...model, model: { ...model.model, encoder: { ...model.model.encoder, modalities: encoder } } },
    data: { file: "rows.csv", id: "id", target: "age", modalities: { blood, ...modalities }, split, ...more },
  };
}

const photo = { kind: "image", path: "photo", shape: [12, 10, 3] };
const views = { ...photo, path: ["photo", "view"], share: true };
const steps = { kind: "sequence", path: "steps" };
const voice = {
  ...{ kind: "sequence", path: "voice", sampleRate: 8000, seconds: 0.1 },
  spectrogram: { mels: 8, window: 0.025, hop: 0.01 },
};

/** One run of each kind of modality that is read from files, and one of windows of the table itself. */
export const fileRuns: readonly FileRun[] = [
  { name: "photos", given: "folders", config: run({ photo }, { photo: { type: "conv2d", ...convolution([4, 6]) } }) },
  {
    name: "views",
    given: "folders",
    config: run({ views }, { views: { type: "conv2d", ...convolution([4]) } }, { missing: "mean" }),
  },
  { name: "steps", given: "names", config: run({ steps }, { steps: { type: "conv1d", ...convolution([4]) } }) },
  {
    name: "voices",
    given: "names",
    config: run({ voice, photo }, { voice: { type: "transformer", width: 8, layers: 1, heads: 2 } }),
  },
  {
    name: "scans",
    given: "folders",
    config: run({ scan: { kind: "volume", pattern: "files/scans/{id}_*.nii.gz", shape: [6, 6, 6], spacing: 2 } }),
  },
  {
    name: "waves",
    given: "names",
    config: run({ waves: { kind: "array", array: "waves.npy", index: "place" } }),
    words: ["--array", "waves=waves.npy"],
  },
  {
    name: "windows",
    given: "names",
    config: run({ week: { kind: "sequence", columns: ["T*"], window: 5, orderBy: "day", within: "room" } }),
  },
];

/** Writes a table of rows, and a picture, a sequence, a sound and a volume for most of them, into the folder. */
export async function writeFileRows(folder: string): Promise<void> {
  for (const name of ["photos", "scans"]) await mkdir(path.join(folder, "files", name), { recursive: true });
  const rng = new Rng("rows of files");
  const lines: string[] = [];
  const waves: number[] = [];
  for (let i = 0; i < rows; i++) {
    const [a, b, c] = [rng.normal(), rng.normal(), rng.normal()];
    const lacks = (k: number) => i % 9 === k;
    waves.push(...Array.from({ length: 6 }, (_, t) => Math.sin(a + t)));
    await writeFile(path.join(folder, "files/photos", `p${i}.png`), await png(12, 10, a, i));
    await writeFile(path.join(folder, "files/photos", `w${i}.png`), await png(12, 10, b, rows + i));
    writeNpy(
      path.join(folder, `s${i}.npy`),
      [7, 2],
      Array.from({ length: 14 }, (_, t) => b * Math.cos(t) + t / 14),
    );
    const sound = Array.from({ length: 700 + i }, (_, t) => 0.3 * Math.sin((t * (4 + a)) / 9));
    await writeFile(path.join(folder, `v${i}.wav`), wavBytes(sound, 8000));
    const voxels = Array.from({ length: 512 }, (_, k) => a + ((k * 31) % 7) / 7);
    const scan = niftiBytes({ shape: [8, 8, 8], values: voxels, spacing: [1.5, 2, 2.5] });
    if (!lacks(5)) await writeFile(path.join(folder, "files/scans", `r${i}_T1.nii.gz`), gzipSync(scan));
    const files = [
      lacks(2) ? "" : `files/photos/p${i}.png`,
      lacks(3) ? "" : `s${i}.npy`,
      lacks(4) ? "gone.wav" : `v${i}.wav`,
      lacks(7) ? "" : `files/photos/w${i}.png`,
    ];
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    const place = lacks(6) ? "" : (i * 7) % rows;
    lines.push([`r${i}`, 50 + 8 * a + 4 * b, a + c, b, ...files, place, day, i % 2 === 0 ? "n" : "s", a - b, c].join());
  }
  writeNpy(path.join(folder, "waves.npy"), [rows, 6], waves);
  const header = "id,age,crp,iron,photo,steps,voice,view,place,day,room,T1,T2";
  await writeFile(path.join(folder, "rows.csv"), `${header}\n${lines.join("\n")}\n`);
}

/** A picture of noise around a grey. @param cause of its grey */
export function png(height: number, width: number, cause: number, seed: number, channels: 3 | 4 = 3): Promise<Buffer> {
  const rng = new Rng(`picture ${seed}`);
  const pixels = Buffer.from(
    Array.from({ length: height * width * channels }, () =>
      Math.max(0, Math.min(255, 120 + 40 * cause + 30 * rng.normal())),
    ),
  );
  return sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
}

/** Trains the runs on what `writeFileRows` wrote, and writes their pages as NAME.html. */
export async function prepareFilePages(folder: string, runs: readonly FileRun[] = fileRuns): Promise<void> {
  for (const { name, config } of runs) {
    await writeFile(path.join(folder, `${name}.yaml`), stringify({ name, ...config }));
    await succeeds(["train", `${name}.yaml`, "--out", name, "--quiet"], folder);
    await succeeds(["page", name, "--out", `${name}.html`], folder);
  }
}

/** The files of the rows as a page is given them: paths, or names alone, and contents in base64. */
export async function givenFiles(folder: string, given: FileRun["given"]): Promise<[path: string, base64: string][]> {
  const all = await readdir(folder, { recursive: true });
  const files = all.filter((name) => /^(?:s\d+\.npy|v\d+\.wav|waves\.npy|files\/.*\..*)$/.test(name));
  const read = async (name: string): Promise<[string, string]> => {
    const bytes = await readFile(path.join(folder, name));
    return [given === "folders" ? `study/${name}` : path.basename(name), bytes.toString("base64")];
  };
  return Promise.all(files.map(read));
}
