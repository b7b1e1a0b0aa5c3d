import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import type { OcclusionDocument } from "../../src/record/occlusion-schemas.js";
import { trainRun } from "../../src/run/train-run.js";
import { writeNpy } from "../support/npy.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-occlusion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const rows = 600;

const config = parseConfigText(
  `name: occlusion
data:
  file: t.csv
  id: id
  target: y
  modalities:
    picture: { kind: image, array: picture.npy }
    scan: { kind: volume, array: scan.npy }
    grid: { kind: array, array: grid.npy }
model:
  latentDim: 4
  encoder: { type: mlp, hidden: [16], embedding: none }
  predictor: { hidden: [16] }
training: { batchSize: 32, stage1: { maxEpochs: 4 }, stage2: { maxEpochs: 24 } }
`,
  "c.yaml",
);

describe("occlusion maps", () => {
  it("show the patch that tells of the target, and are of kinds with axes of space or time alone", async () => {
    const rng = new Rng("occlusion");
    const causes = Array.from({ length: rows }, () => [rng.normal(), rng.normal(), rng.normal()]);
    /** Noise of a shape in which the places that `tells` names have the cause. */
    const made = (shape: readonly number[], k: number, tells: (i: number) => boolean) =>
      causes.flatMap((cause) =>
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (tells(i) ? cause[k] : 0.5 * rng.normal())),
      );
    // Patches of 2 x 2 places: the third from above, the seventh from the left.
    const [picture, scan, grid] = [
      [16, 16, 1],
      [8, 8, 4, 1],
      [6, 6],
    ] as const;
    const inPicture = (i: number) => [4, 5].includes(Math.floor(i / 16)) && [12, 13].includes(i % 16);
    // Patches of 2 x 2 x 1 voxels: the last along x, the first along y, the second along z.
    const inScan = (i: number) => Math.floor(i / 32) >= 6 && Math.floor(i / 4) % 8 < 2 && i % 4 === 1;
    writeNpy(at("picture.npy"), [rows, ...picture], made(picture, 0, inPicture));
    writeNpy(at("scan.npy"), [rows, ...scan], made(scan, 1, inScan));
    writeNpy(
      at("grid.npy"),
      [rows, ...grid],
      made(grid, 2, (i) => i === 7),
    );
    writeFileSync(at("t.csv"), ["id,y", ...causes.map(([a, b, c], i) => `${i},${a + b + 0.5 * c}`)].join("\n"));
    await trainRun({ config, baseFolder: folder, out: at("run") });
    const { modalities }: OcclusionDocument = JSON.parse(readFileSync(at("run", "occlusion.json"), "utf8"));
    expect(Object.keys(modalities)).toEqual(["picture", "scan"]);
    const telling = { picture: 2 * 8 + 6, scan: (3 * 4 + 0) * 4 + 1 };
    for (const [name, patch] of Object.entries(telling)) {
      const { rows: maps, counts } = modalities[name];
      expect(counts).toEqual(name === "picture" ? [8, 8] : [4, 4, 4]);
      expect(maps.length).toBeGreaterThan(0);
      // Summed over rows: where a row's own cause is next to the mean, its patch moves that row by next to nothing.
      const patches = counts.reduce((a, b) => a * b, 1);
      const summed = (of: typeof maps, bits: (map: (typeof maps)[number]) => readonly number[]) =>
        Array.from({ length: patches }, (_, i) => of.reduce((sum, map) => sum + bits(map)[i], 0));
      const moved = summed(maps, (map) => map.predictionMoved.map(Math.abs));
      expect(moved.indexOf(Math.max(...moved)), name).toBe(patch);
      const informative = maps.filter(({ role }) => role === "informative");
      expect(summed(informative, (map) => map.informationLost)[patch], name).toBeGreaterThan(0.15);
    }
    expect(readFileSync(at("run", "report.html"), "utf8")).toContain('id="occlusion"');
  });
});
