import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { badTables, table } from "../support/bad-tables.js";
import { type Finished, pidreg, requireBuild, scratchFolder } from "../support/command.js";

const folder = scratchFolder();
const write = (name: string, content: string | Buffer) => writeFile(path.join(folder, name), content);

const modalities = { a: { columns: ["a*"] }, b: { columns: ["b1", "b2"] } };
const data = { file: "good.csv", id: "id", target: "y", modalities };

beforeAll(async () => {
  await requireBuild();
  await write("good.csv", table());
  await Promise.all(Object.entries(badTables).map(([name, content]) => write(name, content)));
  await write("good.yaml", stringify({ name: "bad", data, model: { latentDim: 4 } }));
  await write("empty.yaml", "");
  await write("list.yaml", "- name: bad\n");
  await write("broken.yaml", 'name: "bad\n  data: [');
  await write("twice.yaml", "name: a\nname: b\n");
  await write("proto.yaml", "name: bad\n__proto__: { seed: 3 }\ndata: {}\n");
  await write(
    "bomb.yaml",
    `a: &a [1,1]\n${"bcdefghi".replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
  );
  await mkdir(path.join(folder, "folder"));
  await mkdir(path.join(folder, "mine"));
  await write("mine/config.yaml", "mine: true\n");
  await mkdir(path.join(folder, "locked"));
  await chmod(path.join(folder, "locked"), 0o555);
});

/** One message of a few lines, nothing on stdout, no stack trace, exit code 2, and no file that was not there before. */
async function refuses(args: readonly string[], ...parts: readonly (string | RegExp)[]): Promise<void> {
  const before = await files();
  const { code, stdout, stderr }: Finished = await pidreg(args, folder);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^pidreg: \S/);
  expect(stderr.match(/^pidreg:/gm)).toHaveLength(1);
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(3);
  expect(stderr).not.toMatch(/^ +at |\.js:\d+|undefined|\[object/m);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(await files()).toEqual(before);
}

async function files(): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => !/^config-/.test(name)).sort();
}

let configs = 0;

/** Trains the good config with some of its keys replaced. */
async function training(changes: object): Promise<string[]> {
  const name = `config-${configs++}.yaml`;
  await write(name, stringify({ name: "bad", data, model: { latentDim: 4 }, ...changes }));
  return ["train", name, "--out", "never"];
}

describe.concurrent("a table", () => {
  it.each([
    ["nowhere.csv", "no such file"],
    ["folder", "is a folder"],
    ["text.csv", /row 17 .*column "a2": expected a number, got "heavy"/],
    ["text-target.csv", /row 5 .*column "y": expected a number, got "old"/],
    ["comma.csv", /row 1 .*Decimal commas are not read/],
    ["infinite-target.csv", /row 9, column "y": expected a finite number, got Infinity/],
    ["infinite.csv", /row 9, column "a1": expected a finite number, got -Infinity/],
    ["overflow.csv", /row 9.*column "a1"/],
    ["missing.csv", /1 of 320 rows .*first is row "row30"; missing in "b1"/],
    ["short-row.csv", /line 13 has 5 fields, but the header has 6/],
    ["long-row.csv", /line 13 has 7 fields, but the header has 6/],
    ["header-only.csv", "no rows"],
    ["empty.csv", "the file is empty"],
    ["blank.csv", "the first line is empty"],
    ["binary.csv", /not a text table|not UTF-8/],
    ["binary.parquet", "binary.parquet"],
    ["png.csv", /not a text table|not UTF-8/],
    ["utf16.csv", "is encoded as UTF-16"],
    ["latin1.csv", "not UTF-8"],
    ["truncated.csv.gz", "damaged or cut off"],
    ["not-gzip.csv.gz", "is not gzip data"],
    ["duplicate-header.csv", 'columns 4 and 5 (counted from 0) are both named "b1"'],
    ["open-quote.csv", "line 21"],
    ["repeated-id.csv", /rows 3 and 20 .*both have the id "row3"/],
    ["empty-id.csv", 'row 20 (header not counted): column "id" is the row id and must not be empty'],
    ["broken.jsonl", "line 2: not valid JSON"],
    ["table.xlsx", "is not a table format"],
    ["https://example.org/t.csv", "local files only"],
  ])("%s", async (file, part) => {
    await refuses(await training({ data: { ...data, file } }), path.basename(file), part);
  });

  it.each([
    ["nan-target.csv", /no row is left; all 320 rows have no value of target y/],
    ["constant-target.csv", /column "y" is 5 in all 320 rows/],
    ["constant-modality.csv", /modality "b": every one of its 2 columns is constant/],
    ["three-rows.csv", /too few for model.latentDim = 4/],
  ])("%s", async (file, part) => {
    await refuses(await training({ data: { ...data, file } }), part);
  });
});

describe.concurrent("a config", () => {
  it.each([
    ["nowhere.yaml", "there is no such file"],
    ["folder", "is a folder"],
    ["empty.yaml", "expected a mapping with name, data"],
    ["list.yaml", "found a list"],
    ["broken.yaml", "not valid YAML"],
    ["twice.yaml", /not valid YAML.*line 2/],
    ["proto.yaml", '"__proto__" is a reserved name'],
    ["bomb.yaml", /bomb.yaml/],
    ["good.csv", /good.csv/],
  ])("%s", async (file, part) => {
    await refuses(["train", file, "--out", "never"], file, part);
  });

  const changed: [string, object, (string | RegExp)[]][] = [
    ["an unknown key", { modle: {} }, ['unknown key "modle"', "known keys: name"]],
    ["an unknown key below", { model: { latentDims: 3 } }, ['model: unknown key "latentDims"', "latentDim"]],
    ["no name", { name: undefined }, ["name: missing; expected string"]],
    ["a name that is a path", { name: "../bad" }, ["name: "]],
    ["no data", { data: undefined }, ["data: missing"]],
    ["an unknown target", { data: { ...data, target: "z" } }, ['data.target: there is no column "z"', "id, y, a1"]],
    [
      "a reserved name as target",
      { data: { ...data, target: "__proto__" } },
      ['data.target: "__proto__" is a reserved name'],
    ],
    [
      "an unknown column",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["c*"] } } } },
      ['data.modalities.b (good.csv): "c*" matches no column'],
    ],
    [
      "a range beyond the table",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["4:9"] } } } },
      ['"4:9"', "0:6"],
    ],
    [
      "an empty modality",
      { data: { ...data, modalities: { ...modalities, b: { columns: [] } } } },
      ["data.modalities.b.columns"],
    ],
    [
      "a modality emptied",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["b*"], exclude: ["b*"] } } } },
      ["data.modalities.b", "exclude"],
    ],
    ["no modality", { data: { ...data, modalities: {} } }, ["data.modalities: needs at least one modality"]],
    [
      "the target in a modality",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["b1", "y"] } } } },
      ['data.modalities.b: column "y" is a target'],
    ],
    [
      "a column in two modalities",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["b1", "a1"] } } } },
      ['"a1" belongs to both a and b'],
    ],
    [
      "shares that do not sum to 1",
      { data: { ...data, split: { train: 0.7, validation: 0.2, test: 0.2 } } },
      ["data.split.train", "0.7 + 0.2 + 0.2 = 1.1"],
    ],
    ["a negative share", { data: { ...data, split: { train: 1.2, validation: -0.1, test: -0.1 } } }, ["data.split"]],
    ["no test part", { data: { ...data, split: { train: 0.6, validation: 0.4, test: 0 } } }, ["data.split.test"]],
    [
      "a tiny validation part",
      { data: { ...data, split: { train: 0.9, validation: 0.05, test: 0.05 } } },
      ["the validation part has 16 rows"],
    ],
    ["an unknown group", { data: { ...data, group: "site" } }, ['data.group: there is no column "site"']],
    [
      "a split column of other words",
      { data: { ...data, split: { by: "column", column: "id" } } },
      ['row "row1" says "row1"; expected train'],
    ],
    [
      "fewer rows than latents",
      { model: { latentDim: 400 } },
      [/training part has 224 rows, too few for model.latentDim = 400/],
    ],
    ["a text for a number", { model: { latentDim: "many" } }, ["model.latentDim: ", "number"]],
    [
      "an unknown choice",
      { losses: { prediction: "mae" } },
      ['losses.prediction: expected one of "mse", "huber", "cs"'],
    ],
    ["an unknown preset", { preset: "papers" }, ['preset: no preset "papers"; there is: paper']],
    ["an unknown engine", { engine: "quantum" }, ["engine: expected one of", '"onnx"']],
    [
      "a modality called like an object's property",
      { data: { ...data, modalities: { a: modalities.a, constructor: modalities.b } } },
      ["constructor", "reserved name"],
    ],
    [
      "an encoder for an unknown modality",
      { model: { latentDim: 4, encoder: { modalities: { c: { hidden: [4] } } } } },
      ["model.encoder.modalities.c"],
    ],
    [
      "several files without a key",
      { data: { ...data, modalities: { ...modalities, b: { columns: ["b*"], file: "text.csv" } } } },
      ["data.join"],
    ],
  ];
  it.each(changed)("with %s", async (_what, changes, parts) => {
    await refuses(await training(changes), ...parts);
  });
});

describe.concurrent("a command line", () => {
  const train = ["train", "good.yaml", "--out", "never"];
  const decompose = ["decompose", "--data", "good.csv", "--target", "y"];
  it.each<[string, string[], (string | RegExp)[]]>([
    ["no command", [], ["Which command?"]],
    ["an unknown command", ["fly"], ['there is no command "fly". There is: train, ']],
    ["a command misspelt", ["trian", "good.yaml"], ['there is no command "trian". Did you mean train?']],
    ["an unknown option", [...train, "--fast"], ["fast", "pidreg train --help"]],
    ["an unknown option of the command next door", ["decompose", "--resume"], ["resume"]],
    ["an argument too many", [...train, "second.yaml"], ["second.yaml"]],
    ["no config", ["train"], ["missing"]],
    ["an empty config", ["train", ""], ["<config>: its value is missing"]],
    ["no number", [...train, "--seed", "abc"], ['--seed: expected a number, got "abc"']],
    ["a number without value", [...train, "--seed", "--quiet"], ["--seed: its value is missing"]],
    ["a seed that is no whole number", [...train, "--seed", "1.5"], ["seed"]],
    ["a negative seed", [...train, "--seed", "-1"], ["seed"]],
    ["an option given twice", [...train, "--out", "never2"], ["--out was given more than once"]],
    ["an empty folder name", ["train", "good.yaml", "--out="], ["--out: its value is missing"]],
    ["an unknown engine", [...train, "--engine", "quantum"], ["engine", "onnx"]],
    ["--set without value", [...train, "--set"], ["set"]],
    ["--set without =", [...train, "--set", "model.latentDim"], ["--set model.latentDim: expected path.to.key=value"]],
    ["--set of nothing", [...train, "--set", "=3"], ["--set =3"]],
    ["--set of a path with a hole", [...train, "--set", "model..latentDim=3"], ["is not a path of config keys"]],
    ["--set of a reserved name", [...train, "--set", "__proto__.seed=3"], ["is not a path of config keys"]],
    ["--set of an unknown key", [...train, "--set", "model.size=3"], ['model: unknown key "size"']],
    ["--set through a value", [...train, "--set", "name.first=x"], ["name"]],
    ["--set of a wrong type", [...train, "--set", "model.latentDim=[1]"], ["model.latentDim"]],
    ["--set that is no YAML", [...train, "--set", "model.latentDim=["], ["--set", "not valid YAML"]],
    ["a folder that is a file", ["train", "good.yaml", "--out", "good.csv"], ["good.csv is a file, not a folder"]],
    ["a folder below a file", ["train", "good.yaml", "--out", "good.csv/run"], ["good.csv is a file, not a folder"]],
    ["a folder of other files", ["train", "good.yaml", "--out", "."], ["holds other files", "--out"]],
    [
      "a folder where the system makes none",
      ["train", "good.yaml", "--out", "/proc/pidreg/run"],
      [/\/proc\/pidreg\/run: (cannot create the run folder|no permission to write in)/],
    ],
    ["nothing to resume", [...train, "--resume"], ["nothing to resume"]],
    ["an unknown generator", ["synth", "mix", "--out", "never"], ["mixed"]],
    ["a negative number of rows", ["synth", "mixed", "--out", "never", "--rows", "-5"], ["rows", "-5"]],
    ["half a row", ["synth", "mixed", "--out", "never", "--rows", "10.5"], ["rows", "10.5"]],
    ["a seed of half", ["synth", "mixed", "--out", "never", "--seed", "0.5"], ["seed"]],
    ["no columns", ["synth", "mixed", "--out", "never", "--columns", "0"], ["0"]],
    ["negative noise", ["synth", "mixed", "--out", "never", "--noise", "-1"], ["noise"]],
    ["synth into a file", ["synth", "mixed", "--out", "good.csv"], ["good.csv"]],
    ["no table", ["decompose"], ["--data FILE"]],
    ["no target", ["decompose", "--data", "good.csv", "--modality", "a=a*", "--modality", "b=b*"], ["--target"]],
    ["no modality", decompose, ["at least two modalities"]],
    ["one modality", [...decompose, "--modality", "a=a*"], ["at least two modalities", "only a"]],
    ["a modality without columns", [...decompose, "--modality", "a=", "--modality", "b=b*"], ["names no columns"]],
    ["a modality without name", [...decompose, "--modality", "a*", "--modality", "b=b*"], ["expected NAME=COLS"]],
    ["the target as a modality", [...decompose, "--modality", "a=a*,y", "--modality", "b=b*"], ['column "y"']],
    ["a level of 2", [...decompose, "--modality", "a=a*", "--modality", "b=b*", "--level", "2"], ["--level"]],
    [
      "a figure in no folder",
      [...decompose, "--modality", "a=a*", "--modality", "b=b*", "--figure", "no/f.svg"],
      ["no/f.svg"],
    ],
    ["an unknown run", ["evaluate", "nowhere"], ["nowhere: there is no such folder"]],
    ["a run that is a file", ["evaluate", "good.csv"], ["good.csv: is a file"]],
    [
      "a run that is none",
      ["predict", "folder", "--data", "good.csv", "--out", "p.csv"],
      ["folder", "is it a finished run?"],
    ],
    ["a report of no run", ["report", "folder"], ["folder: is not a finished run"]],
  ])("with %s", async (_what, args, parts) => {
    await refuses(args, ...parts);
  });

  it.skipIf(process.getuid?.() === 0)("with a folder that may not be written", async () => {
    await refuses(["train", "good.yaml", "--out", "locked/run"], "no permission to write");
  });
});

describe("a file of the user", () => {
  const modalities = ["--modality", "a=a*", "--modality", "b=b*"];
  it.each([
    [
      ["decompose", "--data", "good.csv", "--target", "y", ...modalities, "--local", "./good.csv"],
      "the table that is read",
    ],
    [["synth", "mixed", "--rows", "50", "--out", "mine"], "mine/config.yaml: is there already"],
  ])("is not replaced by %j", async (args, part) => {
    await refuses(args, part);
    expect(await readFile(path.join(folder, "good.csv"), "utf8")).toBe(table());
    expect(await readFile(path.join(folder, "mine/config.yaml"), "utf8")).toBe("mine: true\n");
  });
});

describe.concurrent("a covariance", () => {
  const good = [
    [4, 1, 1],
    [1, 1, 0],
    [1, 0, 1],
  ];
  it.each<[string, unknown, string | RegExp]>([
    ["is no JSON", "{", "not valid JSON"],
    ["is a list", [], "cov"],
    ["is empty", { cov: [], dm: 1, dims: [1, 1] }, "cov"],
    [
      "is not square",
      {
        cov: [
          [4, 1, 1],
          [1, 1],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /not square.*row 1 has 2 entries/,
    ],
    [
      "is not symmetric",
      {
        cov: [
          [4, 1, 1],
          [1, 1, 0],
          [1, 0.5, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /symmetric/,
    ],
    [
      "is not positive semidefinite",
      {
        cov: [
          [1, 2, 1],
          [2, 1, 0],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /semidefinite|definite/,
    ],
    [
      "has a negative variance",
      {
        cov: [
          [4, 1, 1],
          [1, -1, 0],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /definite|variance/,
    ],
    [
      "has null entries",
      {
        cov: [
          [4, 1, null],
          [1, 1, 0],
          [null, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      "row 0, column 2",
    ],
    [
      "has text entries",
      {
        cov: [
          [4, 1, "x"],
          [1, 1, 0],
          ["x", 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      "row 0, column 2",
    ],
    [
      "has a target without variance",
      {
        cov: [
          [0, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /target|variance/,
    ],
    ["has too few variables", { cov: good, dm: 1, dims: [1, 2] }, "make 4 variables"],
    ["has one modality", { cov: good, dm: 1, dims: [2] }, "dims"],
    ["has dims of 0", { cov: good, dm: 2, dims: [0, 1] }, "dims"],
    ["lacks dims", { cov: good, dm: 1 }, "dims"],
    ["has too few rows", { cov: good, dm: 1, dims: [1, 1], n: 1 }, '"n"'],
    ["has half a row", { cov: good, dm: 1, dims: [1, 1], n: 10.5 }, '"n"'],
  ])("that %s", async (what, document, part) => {
    const name = `config-${what.replaceAll(" ", "-")}.json`;
    await write(name, typeof document === "string" ? document : JSON.stringify(document));
    await refuses(["decompose", "--covariance", name], part);
  });

  it("that is not there", () =>
    refuses(["decompose", "--covariance", "nowhere.json"], "nowhere.json: there is no such file"));
  it("beside a table", () => refuses(["decompose", "--covariance", "c.json", "--data", "good.csv"], "--data"));
});
