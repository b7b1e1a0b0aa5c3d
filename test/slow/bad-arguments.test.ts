import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { table } from "../support/bad-tables.js";
import { folder, refuses } from "../support/refusals.js";

describe.concurrent("a command line", () => {
  const train = ["train", "good.yaml", "--out", "never"];
  const decompose = ["decompose", "--data", "good.csv", "--target", "y"];
  it.each<[string, string[], (string | RegExp)[]]>([
    ["no command", [], ["Which command?"]],
    ["an unknown command", ["fly"], ['there is no command "fly". There is: init, train, ']],
    ["a command misspelt", ["trian", "good.yaml"], ['there is no command "trian". Did you mean train?']],
    ["an unknown option", [...train, "--fast"], ["fast", "pidreg train --help"]],
    ["an unknown option of the command next door", ["decompose", "--resume"], ["resume"]],
    ["an argument too many", [...train, "second.yaml"], ["second.yaml"]],
    ["no config", ["train"], ["missing"]],
    ["an empty config", ["train", ""], ["<config>: its value is missing"]],
    ["no number", [...train, "--seed", "abc"], ['--seed: expected a number, got "abc"']],
    ["a number without value", [...train, "--seed", "--quiet"], ["--seed: its value is missing"]],
    ["a default without value", ["crossval", "good.yaml", "--folds", "--jobs", "1"], ["--folds: its value is missing"]],
    [
      "a last option without value",
      ["crossval", "good.yaml", "--train-share"],
      ["--train-share: its value is missing"],
    ],
    ["shares that are none", ["crossval", "good.yaml", "--train-share", "50%"], ["--train-share 50%: expected shares"]],
    ["compared models of no folder", ["compare", "a", "b", "--data", "good.csv"], ["a: there is no such folder"]],
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
    ["a folder that is a file", ["train", "good.yaml", "--out", "good.csv"], ["good.csv: is a file, not a folder"]],
    ["a folder below a file", ["train", "good.yaml", "--out", "good.csv/run"], ["good.csv is a file, not a folder"]],
    ["a folder of other files", ["train", "good.yaml", "--out", "."], ["holds other files", "--out"]],
    [
      "a folder where the system makes none",
      ["train", "good.yaml", "--out", "/proc/pidreg/run"],
      [/\/proc\/pidreg.*: (cannot be created as a folder|no permission to write in)/],
    ],
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
