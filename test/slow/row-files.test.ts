import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { type TrainRunOptions, trainRun } from "../../src/run/train-run.js";
import { niftiBytes, wavBytes } from "../support/row-files.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-row-files-"));
const cacheHome = process.env.XDG_CACHE_HOME;
process.env.XDG_CACHE_HOME = join(folder, "home");
afterAll(() => {
  if (cacheHome === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheHome;
  rmSync(folder, { recursive: true, force: true });
});
const inFolder = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(inFolder(...names), "utf8");

const small = `
model: { latentDim: 4, encoder: { hidden: [16], embedding: none }, predictor: { hidden: [16] } }
losses: { independence: { weight: 0.1, target: cross } }
training: { batchSize: 32, modalityDropout: 0.1, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } }
`;
const rows = 400;
const config = (modalities: string, memory = 1) =>
  parseConfigText(
    `name: files
data:
  file: t.csv
  id: id
  target: y
  missing: mean
  modalities: ${modalities}
  streaming: { memory: ${memory}, workers: 2, cache: cache }
${small}`,
    "c.yaml",
  );
const photos = `{ photo: { kind: image, path: photo, root: photos, shape: [32, 32, 3], augment: { flip: horizontal, shift: 0.1, rotate: 5, noise: 0.1 } }, number: [b] }`;
const train = (out: string, given: ReturnType<typeof config>, options: Partial<TrainRunOptions> = {}) =>
  trainRun({ config: given, baseFolder: folder, out: inFolder(out), ...options });
const predict = (run: string, data: string, out: string) =>
  predictRun({ run: inFolder(run), data: inFolder(data), out: inFolder(out), draws: 0, engine: "auto" });

beforeAll(async () => {
  const rng = new Rng("row-files");
  for (const name of ["photos", "scans", "sounds"]) mkdirSync(inFolder(name));
  const lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    const [a, b] = [rng.normal(), rng.normal()];
    const grey = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
    const pixels = Buffer.from(Array.from({ length: 10 * 12 * 3 }, () => grey(120 + 30 * a + 10 * rng.normal())));
    await sharp(pixels, { raw: { width: 12, height: 10, channels: 3 } })
      .png()
      .toFile(inFolder(`photos/p${i}.png`));
    const voxels = Array.from({ length: 6 * 5 * 4 }, () => a + 0.2 * rng.normal());
    writeFileSync(inFolder(`scans/s${i}_T1.nii`), niftiBytes({ shape: [6, 5, 4], values: voxels }));
    const sound = Array.from({ length: 400 + 2 * i }, (_, t) => 0.2 * Math.exp(0.4 * b) * Math.sin(t / 3));
    writeFileSync(
      inFolder(`sounds/w${i}.wav`),
      wavBytes(
        sound.map((value) => Math.max(-1, Math.min(1, value))),
        1000,
      ),
    );
    lines.push(
      [`${i}`, a + b, b, i % 20 === 7 ? "" : `p${i}.png`, i % 20 === 9 ? `none.wav` : `w${i}.wav`, a, i % 4, i].join(
        ",",
      ),
    );
  }
  writeFileSync(inFolder("t.csv"), ["id,y,b,photo,sound,a,series,time", ...lines].join("\n"));
});

describe("pictures of files", () => {
  it("train, are told in data.json with the rows that lack them, and are drawn in the report", async () => {
    const told: string[] = [];
    await train("run", config(photos), {
      observer: { decoding: (name, done, total) => void told.push(`${name} ${done}/${total}`) },
    });
    expect(told.at(-1)).toBe("photo 380/380");
    const { pictures, ...card } = JSON.parse(text("run", "data.json")).modalities.photo;
    expect(card).toEqual({
      ...{
        kind: "image",
        file: "column photo, below photos",
        dtype: "uint8",
        shape: [32, 32, 3],
        normalise: "channel",
      },
      ...{
        rows: 380,
        lacking: 20,
        decoded: "resized (fill)",
        augment: "flip horizontal, shift 0.1, rotate 5, noise 0.1",
      },
    });
    expect(pictures).toHaveLength(8);
    expect(text("run", "report.html").match(/<img src="data:image\/png;base64,/g)).toHaveLength(8);
    expect(text("run", "report.html")).toContain("changed at random in training");
    const checksums = JSON.parse(text("run", "environment.json")).dataChecksum;
    expect(Object.keys(checksums)).toEqual(["t.csv", "files of photo"]);
    const { preprocessor } = JSON.parse(text("run", "model", "model.json"));
    expect(preprocessor.modalities[0]).toMatchObject({ kind: "image", decoded: "resized (fill)", summary: 256 });
    const { baselines } = JSON.parse(text("run", "metrics.json"));
    expect(baselines["ridge.photo"].test.overall.r2).toBeGreaterThan(0.2);
  });

  it("resume to the same bytes, changed at random or not, and not with another picture", async () => {
    const stop = new AbortController();
    await expect(
      train("stopped", config(photos), {
        signal: stop.signal,
        observer: { epoch: ({ epoch }) => void (epoch === 2 && stop.abort()) },
      }),
    ).rejects.toThrow(/interrupted/);
    const picture = readFileSync(inFolder("photos/p0.png"));
    cpSync(inFolder("photos/p1.png"), inFolder("photos/p0.png"));
    await expect(train("stopped", config(photos), { resume: true })).rejects.toThrow(
      /not the data that it was begun with: files of photo/,
    );
    writeFileSync(inFolder("photos/p0.png"), picture);
    await train("stopped", config(photos), { resume: true });
    for (const name of ["metrics.json", "pid.json", "predictions.csv", "rows.json", "model/weights.safetensors"]) {
      expect(text("stopped", name), name).toBe(text("run", name));
    }
  });

  it("give the same numbers whether they are held in memory or read from disk", async () => {
    // 380 pictures of 3072 bytes are more than the megabyte of the other runs.
    await train("held", config(photos, 100));
    for (const name of ["metrics.json", "predictions.csv", "model/weights.safetensors"]) {
      expect(text("held", name), name).toBe(text("run", name));
    }
  });

  it("of another table lie beside it", async () => {
    mkdirSync(inFolder("new"));
    cpSync(inFolder("t.csv"), inFolder("new/t.csv"));
    await expect(predict("run", "new/t.csv", "p.csv")).rejects.toThrow(/none of the 400 rows .* has a file/);
    for (let i = 0; i < rows; i++) cpSync(inFolder(`photos/p${i}.png`), inFolder(`new/p${i}.png`));
    expect((await predict("run", "new/t.csv", "p.csv")).rows).toBe(rows);
    const predicted = text("p.csv").split("\n");
    const column = predicted[0].split(",").indexOf("y.prediction");
    const tested = text("run", "predictions.csv")
      .split("\n")
      .slice(1)
      .filter((line) => line !== "");
    const head = text("run", "predictions.csv").split("\n")[0].split(",").indexOf("y.prediction");
    for (const line of tested) {
      const id = line.split(",")[0];
      const own = predicted.find((other) => other.split(",")[0] === id);
      expect(Number(own?.split(",")[column])).toBeCloseTo(Number(line.split(",")[head]), 5);
    }
    expect(readdirSync(inFolder("home/pidreg"))).toHaveLength(1);
  });

  it("missing ones, where none may be, are told with row, column and path", async () => {
    const strict = config(photos);
    const data = { ...strict.data, missing: "error" as const };
    const error = train("strict", { ...strict, data, training: { ...strict.training, modalityDropout: 0 } });
    await expect(error).rejects.toThrow(
      /20 of 400 rows have missing feature values, the first is row "7" \(modality "photo": column "photo" is empty\)/,
    );
  });
});

describe("volumes, sounds and windows", () => {
  it("train beside each other", async () => {
    const modalities = `{
      scan: { kind: volume, pattern: "scans/s{id}_*.nii", shape: [3, 3, 2], augment: { flip: x, shift: 0.2, noise: 0.1 } },
      sound: { kind: sequence, path: sound, root: sounds, sampleRate: 1000, seconds: 1, spectrogram: { mels: 8, window: 0.05, hop: 0.025 }, augment: { timeMask: 0.2, frequencyMask: 0.2 } },
      past: { kind: sequence, columns: [a], window: 3, orderBy: time, within: series } }`;
    const { metrics } = await train("mixed", config(modalities));
    const { modalities: cards } = JSON.parse(text("mixed", "data.json"));
    expect(
      Object.entries<{ shape: number[]; lacking: number }>(cards).map(([name, { shape, lacking }]) => [
        name,
        shape,
        lacking,
      ]),
    ).toEqual([
      ["scan", [3, 3, 2, 1], 0],
      ["sound", [39, 8], 20],
      ["past", [3, 1], 12],
    ]);
    // The loudness of the sound and the mean of the volume are the causes.
    expect(metrics.baselines["ridge.scan"].test.overall.r2).toBeGreaterThan(0.2);
    expect(metrics.baselines["ridge.sound"].test.overall.r2).toBeGreaterThan(0.1);
    expect(await predict("mixed", "t.csv", "m.csv").catch((error) => error.message)).toMatch(/none of the 400 rows/);
  });
});
