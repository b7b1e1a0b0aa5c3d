import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { besideFiles, besideModalities, besideOf, kindSchemas, modalitySchema } from "./kinds.js";

const parse = (modality: object) => modalitySchema.parse(modality);
const table = parse({ columns: ["a*"] });
const plain = parse({ kind: "array", array: "x.npy", index: "row" });
const member = parse({ kind: "array", array: "y.npz#Y" });

describe("rows that lie beside the table", () => {
  it("are none of a table, and are told of every other kind by its files, the column that counts them and their place", () => {
    expect(besideOf(table)).toBeNull();
    const index = { key: "index", columns: ["row"], type: "number", role: "place" };
    expect(besideOf(plain)).toMatchObject({ files: ["x.npy"], needs: [index], place: "x.npy", rowFiles: false });
    expect(besideOf(member)).toMatchObject({ files: ["y.npz"], needs: [], place: "y.npz#Y" });
    const photo = parse({ kind: "image", path: ["front", "side"], root: "photos", shape: [8, 8, 3] });
    const paths = { key: "path", columns: ["front", "side"], type: "text", role: "place" };
    expect(besideOf(photo)).toMatchObject({ files: [], needs: [paths], place: undefined, rowFiles: true });
    expect(besideOf(photo)?.renamed((file) => `../${file}`)).toEqual({ ...photo, root: "../photos" });
    expect(besideOf(photo)?.at()).toEqual({ ...photo, root: undefined });
    const scan = parse({ kind: "volume", pattern: "sub-{id}/{visit}_*.nii.gz" });
    expect(besideOf(scan)?.needs).toEqual([{ key: "pattern", columns: ["id", "visit"], type: "text", role: "shared" }]);
    const week = parse({ kind: "sequence", columns: ["T*"], window: 24, orderBy: "date", within: "station" });
    expect(besideOf(week)?.needs.map(({ key, type, role }) => [key, type, role])).toEqual([
      ["columns", "number", "past"],
      ["orderBy", "text", "shared"],
      ["within", "text", "shared"],
    ]);
  });

  it("stay the same rows in files of another name, or in another place", () => {
    expect(besideOf(member)?.renamed((file) => `../${file}`)).toEqual({ ...member, array: "../y.npz#Y" });
    expect(besideOf(plain)?.at("other.npz#A")).toEqual({ ...plain, array: "other.npz#A" });
  });

  it("are listed by name and file, in the order of the config, each file once", () => {
    const modalities = { m: table, p: plain, y: member, again: { ...member, index: "k" } };
    expect(besideModalities(modalities).map(([name]) => name)).toEqual(["p", "y", "again"]);
    expect(besideFiles(modalities)).toEqual(["x.npy", "y.npz"]);
  });
});

it("no file outside the folders of a kind asks whether a modality is of that kind", () => {
  const source = fileURLToPath(new URL("../../", import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const kinds = Object.keys(kindSchemas).filter((kind) => kind !== "table");
  const asking = kinds.flatMap((kind) =>
    files
      .filter((file) => !new RegExp(`^(config/)?modalities/${kind}[./]`).test(file))
      .filter((file) => new RegExp(`kind [!=]== "${kind}"`).test(readFileSync(path.join(source, file), "utf8"))),
  );
  expect([kinds.length > 0, asking]).toEqual([true, []]);
});
