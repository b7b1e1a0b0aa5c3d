import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfigText } from "../load.js";
import { arrayPlace, withArrayFile } from "./array-place.js";
import { besideFiles } from "./kinds.js";

const config = (picture: string, data = "") =>
  `name: n\ndata:\n  file: t.csv\n  target: y\n  modalities:\n    m: { columns: [a] }\n    picture: ${picture}\n${data}`;
const parsed = (picture: string, data?: string) => parseConfigText(config(picture, data), "c.yaml").data;

describe("kinds of modality in a config", () => {
  it("a modality without kind is a table, and stays as it was written", () => {
    expect(parsed("{ columns: [b] }").modalities.picture).toEqual({ columns: ["b"], exclude: [] });
    expect(parsed("{ kind: table, columns: [b] }").modalities.picture).toMatchObject({ kind: "table" });
    expect(parsed("{ kind: array, array: a.npy }").modalities.picture).toEqual({
      ...{ kind: "array", array: "a.npy", normalise: "channel" },
    });
  });

  it.each([
    [
      "{ kind: array, array: a.npy, columns: [b] }",
      /modalities\.picture: unknown key "columns"; known keys: kind, array, index, normalise, file, frozen, key, decimal, .*cost; "columns" goes with kind: table, sequence/,
    ],
    [
      "{ columns: [b], index: i }",
      /unknown key "index"; known keys: kind, columns, categories, dates, exclude, screen, file, key, .*cost; "index" goes with kind: array, image, sequence, volume/,
    ],
    [
      "{ array: a.npy }",
      /unknown key "array"; .*"array" goes with kind: array, image, sequence, volume\n.*picture\.columns: missing; expected a list/,
    ],
    [
      "{ kind: picture, array: a.npy }",
      /modalities\.picture\.kind: expected one of "table", "array", "image", "sequence", "volume"/,
    ],
    ["{ kind: array }", /modalities\.picture\.array: missing; expected text/],
    ["{ kind: array, array: a.npy, normalise: all }", /normalise: expected one of "channel", "sample", "none"/],
    ["{ kind: image, path: p }", /picture\.shape: missing; expected \[height, width, channels\]/],
    ["{ kind: image, shape: [8, 8, 3] }", /picture\.path: missing; expected one of path, pattern, array/],
    ["{ kind: image, path: p, array: a.npy }", /picture\.array: goes without path/],
    ["{ kind: image, array: a.npy, shape: [8, 8, 3] }", /picture\.shape: goes with `path` or `pattern`/],
    ["{ kind: image, array: a.npy, root: x }", /picture\.root: goes with `path` or `pattern`/],
    ["{ kind: volume, pattern: all.nii }", /picture\.pattern: names no column in braces/],
    ["{ kind: volume, path: p, spacing: 2 }", /picture\.shape: missing; `spacing` needs the voxels of a row/],
    ["{ kind: sequence, columns: [a] }", /picture\.window: missing.*\n.*picture\.orderBy: missing/],
    ["{ kind: sequence, path: p, sampleRate: 8000 }", /picture\.seconds: missing; sounds need it/],
    ["{ kind: sequence, path: p, window: 3 }", /picture\.window: goes with `columns`/],
    ["{ kind: sequence, array: a.npy, length: 3 }", /picture\.length: goes with `path` or `pattern`/],
    ["{ kind: array, array: a.npy, colour: 1 }", /unknown key "colour"; known keys: kind, array[^;]*$/],
  ])("refuses %s", (picture, message) => {
    expect(() => parsed(picture)).toThrow(message);
  });

  it("harmonises tables only, and says which modality is none", () => {
    const array = "{ kind: array, array: a.npy }";
    expect(() => parsed(array, "  harmonise: { site: s }")).toThrow(
      /harmonise\.modalities: picture: only tables are harmonised/,
    );
    expect(() => parsed(array, "  harmonise: { site: s, modalities: [m, picture] }")).toThrow(/picture: only tables/);
    expect(parsed(array, "  harmonise: { site: s, modalities: [m] }").harmonise?.modalities).toEqual(["m"]);
  });

  it("an array of an .npz is named behind its file, and stays with it when the file is renamed", () => {
    expect(arrayPlace("x/log#1.NPZ#X")).toEqual({ file: "x/log#1.NPZ", member: "X" });
    expect(arrayPlace("x#1.npy")).toEqual({ file: "x#1.npy" });
    expect(withArrayFile("a.npz#X", (file) => `../${file}`)).toBe("../a.npz#X");
    const text = config('{ kind: array, array: "a.npz#X" }');
    const overridden = parseConfigText(text, "c", ["data.modalities.picture.array=b.npz#Y"]).data;
    expect(besideFiles(overridden.modalities)).toEqual([resolve("b.npz")]);
  });
});
