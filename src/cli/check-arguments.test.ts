import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import yargs, { type CommandModule } from "yargs";
import { checkArguments } from "./check-arguments.js";
import { parserOptions } from "./parser-options.js";
import { parserWords } from "./parser-words.js";

const folder = new URL("./commands/", import.meta.url);
const commands = await Promise.all(
  readdirSync(folder)
    .filter((file) => !file.endsWith(".test.ts"))
    .map(async (file): Promise<[string, CommandModule]> => {
      const { command } = (await import(new URL(file, folder).href)) as { command: CommandModule };
      return [file.replace(".ts", ""), command];
    }),
);

interface ParserOptions {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly demandedOptions: Readonly<Record<string, unknown>>;
}

/** Options that take a text or a number, and those that the command needs. */
async function optionsOf({
  command,
  builder,
}: CommandModule): Promise<Record<"words" | "valued" | "needed", string[]>> {
  const parser = yargs([]);
  if (typeof builder === "function") await builder(parser);
  const { getOptions } = parser as unknown as { getOptions: () => ParserOptions };
  const { key, boolean, demandedOptions, choices } = getOptions.call(parser);
  const words = Array.from(String(command).matchAll(/[<[](\w+)/g), ([, word]) => word);
  const options = Object.keys(key).filter((name) => ![...words, "help", "version"].includes(name));
  return {
    words: words.slice(0, 1).map((word) => choices[word]?.[0] ?? "x"),
    valued: options.filter((name) => !boolean.includes(name)),
    needed: options.filter((name) => name in demandedOptions),
  };
}

/** Does with a command line what the program does before the command itself. */
async function parse(command: CommandModule, args: readonly string[]): Promise<void> {
  await yargs([...args])
    .command({ ...command, handler: () => undefined })
    .option("verbose", { type: "boolean" })
    .parserConfiguration(parserOptions)
    .updateStrings(parserWords as unknown as Record<string, string>)
    .middleware((argv) => checkArguments(argv, args))
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
}

describe("checkArguments", () => {
  it.each([
    ["a number that is none", { seed: Number.NaN }, ["--seed", "abc"], '--seed: expected a number, got "abc"'],
    ["a number beyond range", { seed: Infinity }, ["--seed=1e400"], '--seed: expected a number, got "1e400"'],
    ["a number without value", { seed: undefined }, ["--seed", "--out", "r"], "--seed: its value is missing"],
    [
      "a number without value that has a default",
      { folds: 5 },
      ["--folds", "--jobs", "1"],
      "--folds: its value is missing",
    ],
    ["a default at the end of the line", { folds: 5 }, ["--folds"], "--folds: its value is missing"],
    ["a default before what is no option", { folds: 5 }, ["--folds", "--", "a"], "--folds: its value is missing"],
    ["a choice without value", { format: "csv" }, ["--format", "--out", "t"], "--format: its value is missing"],
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

  it.each(commands)("asks %s for the value of every option that has one", async (name, command) => {
    const { words, valued, needed } = await optionsOf(command);
    if (name === "crossval") expect(valued).toEqual(expect.arrayContaining(["folds", "train-share", "jobs", "set"]));
    for (const option of valued) {
      const others = needed.filter((other) => other !== option).map((other) => `--${other}=v`);
      for (const after of [[], ["--verbose"]]) {
        const asked = parse(command, [name, ...words, ...others, `--${option}`, ...after]);
        await expect(asked, `--${option}`).rejects.toThrow(`--${option}: its value is missing`);
      }
    }
  });

  it("lets pass negative numbers, and a dash where the parser takes one", () => {
    expect(() => checkArguments({ noise: -1 }, ["--noise", "-1"])).not.toThrow();
    expect(() => checkArguments({ noise: -0.5 }, ["--noise", "-.5"])).not.toThrow();
    expect(() => checkArguments({ out: "-" }, ["--out", "-"])).not.toThrow();
  });

  it("lets pass what is in order", () => {
    const argv = { _: ["train"], set: ["a=1", "b=2"], seed: 0, out: "r", resume: false, engine: undefined };
    expect(() => checkArguments(argv, ["train", "--set", "a=1", "--set", "b=2", "--seed", "0"])).not.toThrow();
    const tables = ["predict", "r", "--data", "a", "--data", "b"];
    expect(() => checkArguments({ _: ["predict"], run: "r", data: ["a", "b"] }, tables)).not.toThrow();
    expect(() => checkArguments({ runs: ["a", "b"], out: "c" }, ["compare", "a", "b", "--out", "c"])).not.toThrow();
  });
});
