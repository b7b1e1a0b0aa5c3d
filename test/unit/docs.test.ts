import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/load.js";
import { checkedSpace } from "../../src/study/tune/space.js";
import { documents, readDocument, root } from "../support/documents.js";

const minimalData = { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } };

describe.each(documents)("%s", (file) => {
  const text = readDocument(file);

  it("links to files that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => m[1]);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(path.resolve(root, path.dirname(file), link)))).toEqual([]);
  });

  it("shows configs that the schema accepts", () => {
    for (const [, block] of text.matchAll(/```yaml\n([\s\S]*?)```/g)) {
      const value = parse(block) as Record<string, unknown>;
      // Paths of keys stand in the file of a space alone.
      if (Object.keys(value).every((key) => key.includes("."))) {
        expect(() => checkedSpace(value, parseConfig({ name: "example", data: minimalData })), block).not.toThrow();
        continue;
      }
      // A block may show a part of a config; what it leaves out is taken from a minimal one.
      const whole = { name: "example", ...value, data: { ...minimalData, ...(value.data as object) } };
      expect(() => parseConfig(whole), block).not.toThrow();
    }
  });
});
