import { describe, expect, it } from "vitest";
import { dataSchema } from "./data.js";
import { assertSafeKeys } from "./keys.js";

const minimal = { file: "t.csv", target: "y", modalities: { a: { columns: ["x1"] }, b: { columns: ["x2"] } } };
const messages = (input: unknown) =>
  dataSchema.safeParse(input).error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];

describe("data section", () => {
  it("fills every default", () => {
    const data = dataSchema.parse(minimal);
    expect(data.split).toEqual({ by: "random", train: 0.7, validation: 0.1, test: 0.2, stratify: 0 });
    expect(data.inputs).toEqual({
      preparation: "auto",
      clip: 3.5,
      standardizedClip: 5,
      tieShare: 0.3,
      knots: 1000,
    });
    expect(data).toMatchObject({ missing: "error", missingIndicator: false, targetTransform: "standardize" });
  });

  it.each([
    ["unknown key", { ...minimal, fiel: 1 }, /fiel/],
    [
      "unknown key in a modality",
      { ...minimal, modalities: { a: { column: ["x"] }, b: { columns: ["y"] } } },
      /column/,
    ],
    ["no modality", { ...minimal, modalities: {} }, /at least one/],
    ["fractions", { ...minimal, split: { train: 0.7, validation: 0.1, test: 0.1 } }, /sum to 1; they are .* = 0.9/],
    ["no column", { ...minimal, split: { by: "column" } }, /name of the column/],
    ["column without by", { ...minimal, split: { column: "fold" } }, /goes with by: column/],
    ["no group", { ...minimal, split: { by: "group" } }, /needs `group`/],
    [
      "several files, no key",
      { ...minimal, modalities: { a: { columns: ["x"], file: "b.csv" }, b: { columns: ["z"] } } },
      /join/,
    ],
    ["a unit of no target", { ...minimal, units: { x1: "mm" } }, /^units: no target x1; the target is y$/],
    ["an empty unit", { ...minimal, units: { y: " " } }, /^units\.y: /],
    ["no file", { ...minimal, file: undefined }, /needs a file/],
    ["indicator without mean", { ...minimal, missingIndicator: true }, /missing: mean/],
    ["stratified groups", { ...minimal, group: "g", split: { stratify: 5 } }, /whole groups/],
    ["twice the same target", { ...minimal, target: ["y", "y"] }, /twice/],
    ["bad modality name", { ...minimal, modalities: { "a*b": { columns: ["x"] }, b: { columns: ["z"] } } }, /letters/],
    [
      "inherited modality name",
      { ...minimal, modalities: { constructor: { columns: ["x"] }, b: { columns: ["z"] } } },
      /reserved/,
    ],
  ])("refuses %s", (_, input, expected) => {
    expect(messages(input).join("\n")).toMatch(expected);
  });

  it("names the path of a reserved key", () => {
    const document = JSON.parse('{"data": {"modalities": {"__proto__": {"columns": ["x"]}}}}');
    expect(() => assertSafeKeys(document, "config run.yaml")).toThrow(/run\.yaml: key "data\.modalities\.__proto__"/);
  });
});
