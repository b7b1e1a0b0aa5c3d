import path from "node:path";
import { describe, it } from "vitest";
import { data, refuses, training } from "../support/refusals.js";

const { modalities } = data;

describe.concurrent("a table", () => {
  it.each([
    ["nowhere.csv", "no such file"],
    ["folder", "is a folder"],
    ["text.csv", /row 17 .*column "a2": expected a number, got "heavy"/],
    ["text-target.csv", /row 5 .*column "y": expected a number, got "old"/],
    ["comma.csv", /row 1 .*data\.decimal: ","/],
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
    ["an unknown key", { modle: {} }, ['unknown key "modle"', "Known keys: name"]],
    ["an unknown key below", { model: { latentDims: 3 } }, ['model: unknown key "latentDims"', "latentDim"]],
    ["no name", { name: undefined }, ["name: missing; expected text"]],
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
