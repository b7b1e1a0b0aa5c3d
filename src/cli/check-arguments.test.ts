import { describe, expect, it } from "vitest";
import { checkArguments } from "./check-arguments.js";

describe("checkArguments", () => {
  it.each([
    ["a number that is none", { seed: Number.NaN }, ["--seed", "abc"], '--seed: expected a number, got "abc"'],
    ["a number beyond range", { seed: Infinity }, ["--seed=1e400"], '--seed: expected a number, got "1e400"'],
    ["a number without value", { seed: undefined }, ["--seed", "--out", "r"], "--seed: its value is missing"],
    ["an empty text", { out: "" }, ["--out="], "--out: its value is missing"],
    ["an empty positional", { config: "" }, [""], "<config>: its value is missing"],
    ["an option given twice", { out: ["a", "b"] }, ["--out", "a", "--out", "b"], "--out was given more than once"],
    [
      "two tables of a command that reads one",
      { _: ["decompose"], data: ["a", "b"] },
      ["decompose", "--data", "a", "--data", "b"],
      "--data was given more than once. Several tables are joined as a config says",
    ],
  ])("refuses %s", (_what, argv, args, message) => {
    expect(() => checkArguments(argv, args)).toThrow(message);
  });

  it("lets pass what is in order", () => {
    const argv = { _: ["train"], set: ["a=1", "b=2"], seed: 0, out: "r", resume: false, engine: undefined };
    expect(() => checkArguments(argv, ["train", "--set", "a=1", "--set", "b=2", "--seed", "0"])).not.toThrow();
    const tables = ["predict", "r", "--data", "a", "--data", "b"];
    expect(() => checkArguments({ _: ["predict"], run: "r", data: ["a", "b"] }, tables)).not.toThrow();
    expect(() => checkArguments({ runs: ["a", "b"], out: "c" }, ["compare", "a", "b", "--out", "c"])).not.toThrow();
  });
});
