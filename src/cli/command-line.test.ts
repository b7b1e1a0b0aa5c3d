import { expect, it } from "vitest";
import { commandLine } from "./command-line.js";

it("quotes the words of the command line", () => {
  expect(commandLine(["train", "my config.yaml", "--set", "seed=2"])).toBe(
    "pidreg train 'my config.yaml' --set seed=2",
  );
});
