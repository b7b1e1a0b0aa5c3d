import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { shellQuoted } from "../shell-quoted.js";
import { tell, tellLines } from "./terminal.js";
import { unknownCommand, usageMessage } from "./usage.js";

const source = fileURLToPath(new URL("..", import.meta.url));

describe("the terminal", () => {
  it("is written to in one place", () => {
    const writers = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => /process\.std(out|err)\.write|console\./.test(readFileSync(path.join(source, file), "utf8")));
    // The second answers its parent process.
    expect(writers.sort()).toEqual([path.join("cli", "terminal.ts"), path.join("engine", "try-engine.ts")]);
  });

  it("gets messages of one line, and finished lines", () => {
    const stream = new PassThrough();
    tell("group\n\x1b[31m", stream);
    tellLines("a\nb\x07", stream);
    expect(String(stream.read())).toBe("group\\n\\x1b[31m\na\nb\\x07\n");
  });

  it("is told a usage error as its lines", async () => {
    expect(await usageMessage("Unknown argument: x\n y", ["train"], ["train"])).toEqual([
      "Unknown argument: x y",
      "See `pidreg train --help`.",
    ]);
  });

  it.each([
    ["epochs", "--set training.stage2.maxEpochs=.., --set training.stage1.maxEpochs=.."],
    ["batch-size", "--set training.batchSize=.."],
    ["batch_size", "--set training.batchSize=.."],
    ["lr", "--set training.optimizer.learningRate=.."],
    ["learning-rate", "--set training.optimizer.learningRate=.., --set model.bottleneck.learningRate=.."],
    ["latent-dim", "--set model.latentDim=.."],
    ["device", "--set engine=.."],
  ])("is told which key of the config --%s means", async (option, keys) => {
    const lines = await usageMessage(`Unknown argument or option: ${option}`, ["train", "c.yaml"], ["train", "report"]);
    expect(lines[1].split(": ")[1].split(", ").sort()).toEqual(keys.split(", ").sort());
    expect(await usageMessage(`Unknown argument or option: ${option}`, ["report"], ["train", "report"])).toHaveLength(
      2,
    );
  });

  it("is told of several unknown options each", async () => {
    const lines = await usageMessage("Unknown arguments or options: lr, nothing-like-it, bs", ["train"], ["train"]);
    expect(lines.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "Unknown arguments",
      "For --lr",
      "For --bs",
      "See `pidreg",
    ]);
  });

  it.each([
    [["trian", "--help"], 'there is no command "trian". Did you mean train?'],
    [["banana"], 'there is no command "banana". There is: train, report.'],
    [["train", "--help"], null],
    [["--help"], null],
    [[], null],
  ])("is told of a command that does not exist: %j", (args, message) => {
    expect(unknownCommand(args, ["train", "report"])).toBe(message);
  });
});

describe("shellQuoted", () => {
  it.each([["a b"], ["it's"], ['$HOME `x` \\ "y"'], ["\x1b[31m\u202e7'\\\n"], ["脳\u200b8"]])(
    "%j is one word of a shell",
    (word) => {
      const quoted = shellQuoted(word);
      expect(quoted).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(execFileSync("bash", ["-c", `printf %s ${quoted}`], { encoding: "utf8" })).toBe(word);
    },
  );
});
