import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, expect, it } from "vitest";
import { InputError } from "../../src/errors.js";
import { Rng } from "../../src/math/rng.js";
import { decodeRow } from "../../src/modalities/decoded/decode-row.js";
import type { Recipe } from "../../src/modalities/decoded/recipe.js";
import { writeNpy } from "../support/npy.js";
import { niftiBytes, wavBytes } from "../support/row-files.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Damaged files of each decoder: 2000 with PIDREG_FUZZ=10. */
const count = 200 * Number(process.env.PIDREG_FUZZ ?? 1);
/** Bytes that the process may grow by, all in all: decoders take what a file of some kilobytes warrants. */
const mostGrowth = 500e6;

const noise = Buffer.from(Array.from({ length: 24 * 20 * 3 }, (_, i) => (i * 7919) % 256));
const picture = () => sharp(noise, { raw: { width: 24, height: 20, channels: 3 } });
const image: Recipe = { kind: "image", shape: [8, 8, 3], fit: "fill", store: "float32" };
const volume: Recipe = { kind: "volume", shape: [4, 4, 4], spacing: null, canonical: true, store: "float32" };
const sound = { sampleRate: 8000, seconds: 0.5, spectrogram: { mels: 8, window: 0.02, hop: 0.01 } };
const sequence = (own: typeof sound | null): Recipe => ({
  kind: "sequence",
  order: "TC",
  length: 20,
  sound: own,
  store: "float32",
});
const values = Array.from({ length: 120 }, (_, i) => i);
const npy = () => {
  writeNpy(join(folder, "whole.npy"), [5, 6, 4], values);
  return readFileSync(join(folder, "whole.npy"));
};

const decoders: readonly (readonly [ending: string, recipe: Recipe, whole: () => Promise<Buffer> | Buffer])[] = [
  ["png", image, () => picture().png().toBuffer()],
  ["jpg", image, () => picture().jpeg().toBuffer()],
  ["webp", image, () => picture().webp().toBuffer()],
  ["tiff", image, () => picture().tiff().toBuffer()],
  ["nii", volume, () => niftiBytes({ shape: [5, 6, 4], values, slope: 2 })],
  ["nii.gz", volume, () => gzipSync(niftiBytes({ shape: [5, 6, 4], values }))],
  ["npy", volume, npy],
  [
    "wav",
    sequence(sound),
    () =>
      wavBytes(
        Array.from({ length: 2000 }, (_, t) => Math.sin(t)),
        8000,
      ),
  ],
];

/** Bytes with some changed, cut off, repeated or put in: more often in front, where heads are. */
function damaged(whole: Buffer, rng: Rng): Buffer {
  const bytes = Buffer.from(whole);
  const place = () => (rng.uniform() < 0.6 ? rng.integer(Math.min(bytes.length, 400)) : rng.integer(bytes.length));
  for (let i = rng.integer(6); i >= 0; i--) bytes[place()] = rng.integer(256);
  if (rng.uniform() < 0.2) bytes.writeInt32LE(rng.bits(), rng.integer(Math.min(bytes.length - 4, 400)));
  if (rng.uniform() < 0.3) return bytes.subarray(0, rng.integer(bytes.length));
  return rng.uniform() < 0.1 ? Buffer.concat([bytes.subarray(0, place()), bytes]) : bytes;
}

it.each(decoders)(
  `${count} damaged .%s files are decoded or refused, with row and file, and take no memory`,
  async (ending, recipe, make) => {
    const whole = await make();
    const path = join(folder, `f.${ending}`);
    const label = `t.csv: row 7: f.${ending}`;
    writeFileSync(path, whole);
    expect((await decodeRow(recipe, [{ path, label }])).bytes.length).toBeGreaterThan(0);
    const rng = new Rng(`fuzz/${ending}`);
    const before = process.memoryUsage.rss();
    let refused = 0;
    for (let i = 0; i < count; i++) {
      writeFileSync(path, damaged(whole, rng));
      const outcome = await decodeRow(recipe, [{ path, label }]).then(
        (row) => row,
        (error: unknown) => error,
      );
      if (!(outcome instanceof Error)) continue;
      expect(outcome, outcome.stack).toBeInstanceOf(InputError);
      expect(outcome.message).toContain(label);
      refused++;
    }
    expect(refused).toBeGreaterThan(count / 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(mostGrowth);
  },
);
