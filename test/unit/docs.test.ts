import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configSchema } from "../../src/config/schema.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(path.join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const minimalData = { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } };

describe.each(documents)("%s", (file) => {
  const text = read(file);

  it("links to files that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => m[1]);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(path.resolve(root, path.dirname(file), link)))).toEqual([]);
  });

  it("shows configs that the schema accepts", () => {
    for (const [, block] of text.matchAll(/```yaml\n([\s\S]*?)```/g)) {
      const value = parse(block) as Record<string, unknown>;
      // A block may show a part of a config; what it leaves out is taken from a minimal one.
      const whole = { name: "example", ...value, data: { ...minimalData, ...(value.data as object) } };
      expect(configSchema.safeParse(whole).error?.issues ?? [], block).toEqual([]);
    }
  });

  it("names commands and options that exist", () => {
    for (const [, command, rest] of text.matchAll(/^ {4}(?:npx )?pidreg ([a-z]+)([^#\n]*)/gm)) {
      const source = read(`src/cli/commands/${command}.ts`);
      for (const [, option] of rest.matchAll(/ --([a-z-]+)/g)) {
        if (option !== "help") expect(source, `pidreg ${command} --${option}`).toMatch(`option("${option}"`);
      }
    }
  });
});
