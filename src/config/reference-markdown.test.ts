import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configKeys } from "./reference.js";
import { configMarkdown } from "./reference-markdown.js";

describe("docs/configuration.md", () => {
  const text = configMarkdown();

  it("is up to date", () => {
    const file = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
    expect(file === text, "docs/configuration.md is not what the schema says: run `npm run docs`").toBe(true);
  });

  it("has a row for every key", () => {
    for (const { path } of configKeys()) expect(text).toContain(`| \`${path.split(".").at(-1)}\` |`);
    expect(text.match(/^\| `/gm)).toHaveLength(configKeys().length);
  });

  it("tells type, range and default", () => {
    expect(text).toContain("| `latentDim` | whole number 1 to 1024 | `64` |");
    expect(text).toContain('| `hidden` | auto \\| list of whole numbers 1 to 8192 | `"auto"` |');
    expect(text).toContain("| `lambda` | number > 0, < 1 | `0.98` |");
    expect(text).toContain('| `prediction` | mse \\| huber \\| cs | `"mse"` |');
    expect(text).toContain("| `target` | string \\| list of strings \\| { column, kind } | required |");
    expect(text).toContain("| `name` | string | required |");
  });

  it("has no cell that breaks its table", () => {
    for (const row of text.match(/^\|.*$/gm) ?? []) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  });
});
