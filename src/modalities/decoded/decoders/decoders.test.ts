import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../../../test/support/npy.js";
import { niftiBytes, wavBytes } from "../../../../test/support/row-files.js";
import { InputError } from "../../../errors.js";
import { decodeRow } from "../decode-row.js";
import type { Recipe, RowFile } from "../recipe.js";
import { logMel, melBands } from "./mel.js";
import { resample } from "./resample.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-decoders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): RowFile => ({ path: join(folder, name), label: `t.csv: row 3: ${name}` });
const written = (name: string, bytes: Buffer): RowFile => {
  writeFileSync(join(folder, name), bytes);
  return place(name);
};
const decode = async (recipe: Recipe, ...files: RowFile[]) => {
  const { shape, bytes, gaps } = await decodeRow(recipe, files);
  const values = recipe.store === "float32" ? new Float32Array(bytes.slice().buffer) : bytes;
  return { shape, values: [...values], gaps };
};
const refusal = (recipe: Recipe, ...files: RowFile[]) =>
  decode(recipe, ...files).then(
    () => null,
    (error) => error,
  );

describe("pictures", () => {
  const recipe = (extra: object = {}): Recipe => ({
    kind: "image",
    shape: [4, 6, 3],
    fit: "fill",
    store: "uint8",
    ...extra,
  });
  const plain = (channels: 1 | 3, colour: readonly number[]) =>
    sharp(Buffer.from(Array.from({ length: 24 }, () => colour).flat()), { raw: { width: 6, height: 4, channels } });

  it.each(["png", "webp", "tiff", "jpeg"] as const)(
    "of %s keep their colour, and several lie side by side as channels",
    async (format) => {
      const options = { quality: 100, lossless: true, chromaSubsampling: "4:4:4" };
      const red = written(`red.${format}`, await plain(3, [200, 40, 10]).toFormat(format, options).toBuffer());
      const { shape, values } = await decode(recipe(), red, red);
      expect(shape).toEqual([4, 6, 6]);
      // JPEG keeps colours to a few steps.
      [200, 40, 10, 200, 40, 10].forEach((value, c) => void expect(Math.abs(values[c] - value)).toBeLessThan(6));
    },
  );

  it("grey stays what it was, of 8 and of 16 bits; 16 are refused where bytes are kept", async () => {
    const grey = written("grey.png", await plain(1, [77]).toColourspace("b-w").png().toBuffer());
    expect((await decode(recipe({ shape: [4, 6, 1] }), grey)).values).toEqual(Array(24).fill(77));
    const deep = Uint16Array.from({ length: 24 }, () => 40000);
    const picture = sharp(deep, { raw: { width: 6, height: 4, channels: 1 } }).toColourspace("grey16");
    const deepFile = written("deep.png", await picture.png().toBuffer());
    const read = await decode(recipe({ shape: [4, 6, 1], store: "float32" }), deepFile);
    expect(read.values).toEqual(Array(24).fill(40000));
    expect((await refusal(recipe({ shape: [4, 6, 1] }), deepFile)).message).toMatch(
      /t\.csv: row 3: deep\.png: .*ushort.*store: float32/,
    );
  });

  it("are resized, and turned upright as their camera says", async () => {
    const half = Buffer.from(Array.from({ length: 24 }, (_, i) => (i % 6 < 3 ? 0 : 240)));
    const turned = await sharp(half, { raw: { width: 6, height: 4, channels: 1 } })
      .withMetadata({ orientation: 3 })
      .png()
      .toBuffer();
    const { values } = await decode(recipe({ shape: [1, 2, 1] }), written("turned.png", turned));
    expect(values[0]).toBeGreaterThan(200);
    expect(values[1]).toBeLessThan(40);
  });

  it("are refused where they are cut off, too large by their head, or something else", async () => {
    const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, i) => (i * 7919) % 256));
    const jpeg = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
      .jpeg()
      .toBuffer();
    const cut = await refusal(recipe(), written("cut.jpg", jpeg.subarray(0, jpeg.length >> 1)));
    expect(cut).toBeInstanceOf(InputError);
    expect(cut.message).toMatch(/t\.csv: row 3: cut\.jpg: cannot be decoded: .*copy it again/);
    const png = await plain(3, [1, 2, 3]).png().toBuffer();
    const huge = Buffer.from(png);
    huge.writeUInt32BE(100_000, 16);
    huge.writeUInt32BE(100_000, 20);
    expect((await refusal(recipe(), written("huge.png", huge))).message).toMatch(/huge\.png: .*(100 million|damaged)/);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    expect((await refusal(recipe(), written("a.png", svg))).message).toMatch(/a\.png: is no picture that is read/);
    expect((await refusal(recipe(), written("empty.png", Buffer.alloc(0)))).message).toMatch(/empty\.png: is empty/);
  });
});

describe("volumes", () => {
  const recipe = (extra: object = {}): Recipe => ({
    ...{ kind: "volume", shape: null, spacing: null, canonical: true, store: "float32" },
    ...extra,
  });
  const shape = [2, 3, 2];
  const values = Array.from({ length: 12 }, (_, i) => i);
  /** What the first axis fastest becomes with the last axis fastest. */
  const turned = (scale = 1, add = 0) => [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11].map((value) => scale * value + add);

  it("are read in either byte order, packed or not, with slope and intercept", async () => {
    const parts = { shape, values, slope: 2, intercept: -1 };
    for (const [name, bytes] of [
      ["a.nii", niftiBytes(parts)],
      ["b.nii", niftiBytes({ ...parts, bigEndian: true, datatype: 4 })],
      ["c.nii.gz", gzipSync(niftiBytes({ ...parts, datatype: 4 }))],
    ] as const) {
      expect(await decode(recipe(), written(name, bytes)), name).toEqual({
        shape: [2, 3, 2, 1],
        values: turned(2, -1),
        gaps: 0,
      });
    }
    // A slope of 0 means none.
    expect((await decode(recipe(), written("d.nii", niftiBytes({ shape, values, intercept: 5 })))).values).toEqual(
      turned(),
    );
  });

  it("have their axes from left to right, back to front, bottom to top, unless as stored", async () => {
    // Stored: x runs from right to left, y from bottom to top, z from back to front.
    const affine = [
      [-1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 1, 0, 0],
    ];
    const file = written("turned.nii", niftiBytes({ shape, values, affine }));
    const read = await decode(recipe(), file);
    expect(read.shape).toEqual([2, 2, 3, 1]);
    const at = (x: number, y: number, z: number) => 1 - x + 2 * (z + 3 * y);
    const expected = [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1, 2].map((z) => at(x, y, z))));
    expect(read.values).toEqual(expected);
    expect((await decode(recipe({ canonical: false }), file)).values).toEqual(turned());
  });

  it("are resampled to millimetres around their middle, and cut or filled up", async () => {
    const ones = niftiBytes({ shape: [4, 4, 4], values: Array(64).fill(3), spacing: [2, 2, 2] });
    const file = written("ones.nii", ones);
    const small = await decode(recipe({ shape: [2, 2, 2], spacing: [2, 2, 2] }), file);
    expect(small.values).toEqual(Array(8).fill(3));
    const { values: wide } = await decode(recipe({ shape: [4, 1, 1], spacing: [8, 8, 8] }), file);
    expect(wide).toEqual([0, 3, 3, 0].map((value, i) => (i === 1 || i === 2 ? value : 0)));
    writeNpy(join(folder, "v.npy"), [2, 3, 2], turned());
    expect((await decode(recipe(), place("v.npy"))).values).toEqual(turned());
  });

  it("means are kept where a volume is made smaller", () => {
    const noisy = Float32Array.from({ length: 8 * 6 * 4 }, (_, i) => (i * 37) % 11);
    const small = resample(noisy, [8, 6, 4], [4, 3, 2]);
    const mean = (all: Float32Array) => all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(small).toHaveLength(24);
    // Weights of an edge are those of the places that there are.
    expect(Math.abs(mean(small) - mean(noisy))).toBeLessThan(0.3);
    expect(resample(noisy, [8, 6, 4], [8, 6, 4])).toEqual(noisy);
  });

  it("are refused with a head that lies, several volumes, or infinite voxels", async () => {
    const whole = niftiBytes({ shape, values });
    const lying = Buffer.from(whole);
    lying.writeInt16LE(30_000, 42);
    expect((await refusal(recipe(), written("lying.nii", lying))).message).toMatch(
      /t\.csv: row 3: lying\.nii: its head names .* 352 on, and the file has 400 bytes/,
    );
    const second = Buffer.alloc(544 + 4 * values.length);
    second.writeInt32LE(540, 0);
    second.write("n+2\0\r\n\x1a\n", 4, "latin1");
    second.writeInt16LE(16, 12);
    second.writeInt16LE(32, 14);
    [3, ...shape, 1, 1, 1, 1].forEach((size, i) => void second.writeBigInt64LE(BigInt(size), 16 + 8 * i));
    for (let i = 0; i < 8; i++) second.writeDoubleLE(1, 104 + 8 * i);
    second.writeBigInt64LE(400n, 168);
    expect((await refusal(recipe(), written("second.nii", second))).message).toMatch(
      /second\.nii: its head says that voxels begin at byte 400, within the head itself .* at least 540/,
    );
    for (const begin of [0, 100]) {
      const within = Buffer.from(whole);
      within.writeFloatLE(begin, 108);
      expect((await refusal(recipe(), written("within.nii", within))).message).toMatch(
        new RegExp(`row 3: within\\.nii: its head says that voxels begin at byte ${begin}, within the head itself`),
      );
    }
    lying.writeInt16LE(-4, 42);
    expect((await refusal(recipe(), written("lying.nii", lying))).message).toMatch(
      /lying\.nii: its head names the shape .* none/,
    );
    const many = niftiBytes({ shape: [2, 3, 1, 2], values });
    expect((await refusal(recipe(), written("many.nii", many))).message).toMatch(/many\.nii: holds 2 volumes/);
    const infinite = niftiBytes({ shape, values: [...values.slice(1), Number.POSITIVE_INFINITY] });
    expect((await refusal(recipe(), written("inf.nii", infinite))).message).toMatch(
      /inf\.nii: the voxel at \[1, 2, 1\] is infinite/,
    );
    expect((await refusal(recipe(), written("none.nii", Buffer.alloc(600)))).message).toMatch(
      /none\.nii: is no NIfTI file/,
    );
    const bomb = gzipSync(Buffer.alloc(1));
    expect((await refusal(recipe(), written("cut.nii.gz", bomb.subarray(0, 12)))).message).toMatch(
      /cut\.nii\.gz: the gzip data/,
    );
  });

  it("bytes and half floats are kept where they hold the numbers", async () => {
    const file = written("bytes.nii", niftiBytes({ shape, values }));
    expect((await decode(recipe({ store: "uint8" }), file)).values).toEqual(turned());
    const broken = written("broken.nii", niftiBytes({ shape, values: values.map((value) => value / 2) }));
    expect((await refusal(recipe({ store: "uint8" }), broken)).message).toMatch(
      /holds 0\.5, which no byte is; set store: float32/,
    );
    const large = written("large.nii", niftiBytes({ shape, values: values.map((value) => value * 1e5) }));
    expect((await refusal(recipe({ store: "float16" }), large)).message).toMatch(/which float16 does not hold/);
  });
});

describe("sequences", () => {
  const spectrogram = { mels: 20, window: 0.032, hop: 0.016 };
  const recipe = (sound: object | null, extra: object = {}): Recipe =>
    ({ kind: "sequence", order: "TC", length: null, sound, store: "float32", ...extra }) as Recipe;
  const tone = (hertz: number, seconds: number) =>
    Float32Array.from({ length: 8000 * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 8000));

  it("a tone is loudest in the band of its frequency, and a shorter sound is padded", async () => {
    const file = written("tone.wav", wavBytes(tone(1000, 0.5), 8000));
    const { shape, values, gaps } = await decode(recipe({ sampleRate: 8000, seconds: 1, spectrogram }), file);
    expect([shape, gaps]).toEqual([[61, 20], 0]);
    const bands = melBands(20, 129, 8000);
    const nearest = bands.map((band) => band[32]).reduce((best, weight, m, all) => (weight > all[best] ? m : best), 0);
    const frame = values.slice(10 * 20, 11 * 20);
    expect(frame.indexOf(Math.max(...frame))).toBe(nearest);
    expect(values.slice(40 * 20).every(Number.isNaN)).toBe(true);
    const plain = await decode(recipe({ sampleRate: 8000, seconds: 0.25, spectrogram: null }), file);
    expect(plain.shape).toEqual([2000, 1]);
    expect(Math.abs(plain.values[2] - tone(1000, 0.5)[2])).toBeLessThan(1e-4);
  });

  it("twice the loudness is log 4 more energy in every band", () => {
    const noise = Float32Array.from({ length: 800 }, (_, i) => ((i * 7919) % 257) / 257 - 0.5);
    const [soft, loud] = [0.25, 0.5].map((gain) =>
      logMel(
        noise.map((value) => gain * value),
        spectrogram,
        8000,
      ),
    );
    // float32
    loud.forEach((value, i) => void expect(value - soft[i]).toBeCloseTo(Math.log(4), 3));
  });

  it("are refused at another sample rate, and where they are no sound", async () => {
    const file = written("slow.wav", wavBytes(tone(100, 0.1), 4000));
    const sound = recipe({ sampleRate: 8000, seconds: 1, spectrogram: null });
    expect((await refusal(sound, file)).message).toMatch(
      /t\.csv: row 3: slow\.wav: has 4000 samples per second, and `sampleRate` is 8000/,
    );
    const whole = wavBytes(tone(100, 0.1), 8000);
    expect((await refusal(sound, written("cut.wav", whole.subarray(0, whole.length - 100)))).message).toMatch(
      /t\.csv: row 3: cut\.wav: its head names \d+ bytes of sound, and the file has \d+: it is cut off/,
    );
    expect((await refusal(sound, written("no.wav", Buffer.alloc(99)))).message).toMatch(/no\.wav: is no \.wav file/);
    expect((await refusal(recipe(null), file)).message).toMatch(/sounds need `sampleRate` and `seconds`/);
  });

  it("of .npy files have time first, are cut off or padded, and are turned where channels come first", async () => {
    writeNpy(join(folder, "s.npy"), [2, 3], [1, 2, 3, 4, 5, 6]);
    expect((await decode(recipe(null), place("s.npy"))).shape).toEqual([2, 3]);
    const turned = await decode(recipe(null, { order: "CT", length: 4 }), place("s.npy"));
    expect(turned).toEqual({ shape: [4, 2], values: [1, 4, 2, 5, 3, 6, Number.NaN, Number.NaN], gaps: 0 });
    expect((await decode(recipe(null, { length: 1 }), place("s.npy"))).values).toEqual([1, 2, 3]);
  });
});
