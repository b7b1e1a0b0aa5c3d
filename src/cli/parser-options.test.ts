import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const texts = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending) && !file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));

it("documents no option --no-NAME that no command has", () => {
  const commands = texts("src/cli/commands", ".ts");
  const told = [...commands, ...texts("docs", ".md"), readFileSync("README.md", "utf8")].join("\n");
  const named = new Set(Array.from(told.matchAll(/--(no-[a-z][a-z-]*)/g), ([, name]) => name));
  expect(named).toContain("no-check");
  for (const name of named) expect(commands.some((text) => text.includes(`.option("${name}"`))).toBe(true);
});
