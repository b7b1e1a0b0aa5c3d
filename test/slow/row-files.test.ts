import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { type TrainRunOptions, trainRun } from "../../src/run/train-run.js";
import { itLong } from "../support/long.js";
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
    expect(text("run", "report.html").match(/alt="row [^:"]+"/g)).toHaveLength(8);
    expect(text("run", "report.html")).toContain("changed at random in training");
    const { target, modalities: maps } = JSON.parse(text("run", "occlusion.json"));
    expect([target, Object.keys(maps)]).toEqual(["y", ["photo"]]);
    expect(maps.photo).toMatchObject({ kind: "image", shape: [32, 32, 3], sizes: [4, 4], counts: [8, 8] });
    const [first] = maps.photo.rows;
    expect(first).toMatchObject({ role: "informative", picture: { width: 32, height: 32, channels: 3 } });
    expect([first.informationLost.length, first.predictionMoved.length]).toEqual([64, 64]);
    const line = text("run", "predictions.csv")
      .split("\n")
      .find((each) => each.startsWith(`${first.id},`)) as string;
    const column = text("run", "predictions.csv").split("\n")[0].split(",").indexOf("y.prediction");
    expect(first.value).toBeCloseTo(Number(line.split(",")[column]), 5);
    expect(text("run", "report.html")).toContain('id="occlusion"');
    const checksums = JSON.parse(text("run", "environment.json")).dataChecksum;
    expect(Object.keys(checksums)).toEqual(["t.csv", "files of photo"]);
    const { preprocessor } = JSON.parse(text("run", "model", "model.json"));
    expect(preprocessor.modalities[0]).toMatchObject({ kind: "image", decoded: "resized (fill)", summary: 256 });
    const { baselines } = JSON.parse(text("run", "metrics.json"));
    expect(baselines["ridge.photo"].test.overall.r2).toBeGreaterThan(0.2);
  });

  itLong("resume to the same bytes, changed at random or not, and not with another picture", async () => {
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

describe("several pictures of a row through one encoder", () => {
  const shared = (extra = "") =>
    `{ photos: { kind: image, path: [first, second], share: true, root: photos, shape: [8, 8, 3], augment: { flip: horizontal, noise: 0.1 }${extra} }, number: [b] }`;
  const given = (out: string, options: object = {}, modalities = shared()) => {
    const { data, ...rest } = config(modalities);
    return trainRun({
      config: { ...rest, data: { ...data, file: "s.csv" } },
      baseFolder: folder,
      out: inFolder(out),
      ...options,
    });
  };
  beforeAll(() => {
    const [head, ...lines] = text("t.csv").split("\n");
    const second = lines.map((line, i) => {
      const photo = line.split(",")[3];
      // Row 7 has none, rows 17, 37, .. the second alone, rows 5, 25, .. the first alone.
      return [line, i % 20 === 17 ? "" : photo, i % 20 === 5 ? "none.png" : photo].join(",");
    });
    writeFileSync(inFolder("s.csv"), [`${head},first,second`, ...second].join("\n"));
  });

  it("train with what is there, are drawn side by side, and resume to the same bytes", async () => {
    const { metrics } = await given("shared");
    const { pictures, ...card } = JSON.parse(text("shared", "data.json")).modalities.photos;
    // Each file is decoded once, whatever columns name it.
    expect(card).toMatchObject({ shape: [2, 8, 8, 3], rows: 380, lacking: 20 });
    expect(card.decoded).toBe("resized (fill), 2 files of a row through one encoder");
    expect(pictures[0]).toMatchObject({ width: 16, height: 8, channels: 3 });
    expect(metrics.baselines["ridge.photos"].test.overall.r2).toBeGreaterThan(0.2);
    const { architecture } = JSON.parse(text("shared", "model", "model.json"));
    expect(architecture.modalities[0].form).toMatchObject({ shape: [2, 8, 8, 3], share: 2 });
    const stop = new AbortController();
    const observer = { epoch: ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort()) };
    await expect(given("shared-stopped", { signal: stop.signal, observer })).rejects.toThrow(/interrupted/);
    await given("shared-stopped", { resume: true });
    for (const name of ["metrics.json", "predictions.csv", "model/weights.safetensors"])
      expect(text("shared-stopped", name), name).toBe(text("shared", name));
  });

  it("give the same in an exported file, with one picture missing too, and NaN with none", async () => {
    await exportOnnx(inFolder("shared"), inFolder("s.onnx"));
    const session = await ort.InferenceSession.create(inFolder("s.onnx"));
    const [head, ...lines] = text("shared", "predictions.csv").split("\n");
    const column = head.split(",").indexOf("y.prediction");
    const none = new Array<number>(8 * 8 * 3).fill(Number.NaN);
    const pixels = async (id: string) => [
      ...(await sharp(inFolder(`photos/p${id}.png`))
        .resize(8, 8, { fit: "fill" })
        .raw()
        .toBuffer()),
    ];
    const exported = async (id: string, pictures: readonly number[]) => {
      const photos = new ort.Tensor("float64", Float64Array.from(pictures), [1, 2, 8, 8, 3]);
      const b = Number(text("s.csv").split("\n")[Number(id) + 1].split(",")[2]);
      const { prediction } = await session.run({ photos, number: new ort.Tensor("float64", [b], [1, 1]) });
      return Number(prediction.data[0]);
    };
    const found = (place: number) =>
      lines.map((line) => line.split(",")).find(([id]) => id !== "" && Number(id) % 20 === place) as string[];
    const [both, first, second] = [found(3), found(5), found(17)];
    const of = async ([id]: string[]) => pixels(id);
    const cases = [
      [both, [...(await of(both)), ...(await of(both))]],
      [first, [...(await of(first)), ...none]],
      [second, [...none, ...(await of(second))]],
    ] as const;
    for (const [cells, pictures] of cases)
      expect(await exported(cells[0], pictures), cells[0]).toBeCloseTo(Number(cells[column]), 3);
    expect(await exported(both[0], [...none, ...none])).toBeNaN();
    expect(readFileSync(inFolder("s.onnx"), "latin1")).toContain(
      "NaN is filled; an input of which a row has no value gives NaN",
    );
  });

  it("need files that may be missing, several columns and a normalisation", async () => {
    const strict = config(shared());
    const data = { ...strict.data, file: "s.csv", missing: "error" as const };
    await expect(
      trainRun({
        config: { ...strict, data, training: { ...strict.training, modalityDropout: 0 } },
        baseFolder: folder,
        out: inFolder("no"),
      }),
    ).rejects.toThrow(
      /60 of 400 rows have missing feature values, the first is row "5" \(modality "photos": column "second": none.png: there is no such file\)/,
    );
    expect(() => config(shared(", normalise: none"))).toThrow(
      /normalise must be|normalise: must be channel or sample with `share`/,
    );
    expect(() => config("{ p: { kind: image, path: first, share: true, shape: [8, 8, 3] }, number: [b] }")).toThrow(
      /share.* goes with a list of at least two columns under `path`/,
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
