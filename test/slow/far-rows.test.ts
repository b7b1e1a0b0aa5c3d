import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const rows = 100_000;
const names = ["y", "a1", "a2", "b1", "b2", "note"];
const row = (i: number) => [(i * 7919) % 1000, i % 7, i % 5, i % 3, i % 11, "ok"].join(",");

/** A table with row `at`, counted from 1, replaced. */
async function write(name: string, count: number, at: number, text: string): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) => (i + 1 === at ? text : row(i)));
  await writeFile(path.join(folder, name), `${[names.join(","), ...lines].join("\n")}\n`);
}

beforeAll(async () => {
  await requireBuild();
  await write("good.csv", 300, 0, "");
  await write("word.csv", rows, 80_000, row(0).replace(/,\d+,/, ",abc,"));
  await write("fields.csv", rows, 80_000, `${row(0)},more`);
  const config = (file: string) =>
    `name: far\ndata:\n  file: ${file}\n  target: y\n  modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } }\n`;
  for (const file of ["good", "word", "fields"]) {
    await writeFile(path.join(folder, `${file}.yaml`), config(`${file}.csv`));
  }
  await succeeds(["train", "good.yaml", "--out", "run", "--quiet", ...tinyModel], folder);
});

describe("a malformed row far into a table ends every command that reads it", () => {
  const commands = (name: string) => [
    ["decompose", "--data", `${name}.csv`, "--target", "y", "--modality", "a=a1,a2", "--modality", "b=b1,b2"],
    ["train", `${name}.yaml`, "--out", "never"],
    ["predict", "run", "--data", `${name}.csv`, "--out", "never.csv"],
    ["evaluate", "run", "--data", `${name}.csv`],
    ["crossval", `${name}.yaml`, "--out", "never"],
  ];
  const places = { word: 'column "a1": expected a number, got "abc"', fields: "line 80001 has 7 fields" };
  const tried = Object.entries(places).flatMap(([name, place]) =>
    commands(name).map((args) => [args[0], name, args, place] as const),
  );
  it.each(tried)("%s, %s", async (_command, name, args, place) => {
    const { code, stdout, stderr } = await pidreg(args, folder);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`${name}.csv: row 80000 (header not counted)`);
    expect(stderr).toContain(place);
  });
});
