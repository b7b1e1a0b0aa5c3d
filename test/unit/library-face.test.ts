import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/documents.js";

const source = path.join(root, "src");

/** What loads slowly, or has types of its own that a strict project may not compile. */
const heavy = /^(@tensorflow\/|onnxruntime|@duckdb\/|vega|pino$)/;

/** Packages that a module imports before anything is called, by the chain of files that leads to them. */
function packagesOf(entry: string): Map<string, string> {
  const first = path.join(source, entry);
  const from = new Map<string, string | null>([[first, null]]);
  const packages = new Map<string, string>();
  for (const file of from.keys()) {
    const text = readFileSync(file, "utf8");
    for (const [, name] of text.matchAll(
      /^const \S+: typeof \w+ = createRequire\(import\.meta\.url\)\("([^"]+)"\)/gm,
    )) {
      packages.set(name, chainOf(file, from));
    }
    // biome-ignore format: one pattern
    const imports = /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
    for (const [statement, name] of text.matchAll(imports)) {
      if (onlyTypes(statement)) continue;
      const chain = chainOf(file, from);
      if (!name.startsWith(".")) packages.set(name, chain);
      else {
        const next = path.resolve(path.dirname(file), name).replace(/\.js$/, ".ts");
        if (!existsSync(next)) throw new Error(`${chain} imports ${name}, which is no file`);
        if (!from.has(next)) from.set(next, file);
      }
    }
  }
  return packages;
}

/** Whether all that braces name is a type: TypeScript leaves such an import out. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith("type "));
}

function chainOf(file: string, from: ReadonlyMap<string, string | null>): string {
  const chain: string[] = [];
  for (let at: string | null | undefined = file; at; at = from.get(at)) chain.push(path.relative(source, at));
  return chain.join(" < ");
}

describe("the face of the library", () => {
  it.each(["index.ts", "library/pid.ts"])("%s loads no tensors, database or figures before they are used", (entry) => {
    const packages = [...packagesOf(entry)].filter(([name]) => heavy.test(name));
    expect(packages).toEqual([]);
  });

  it("finds what a module loads", () => {
    expect([...packagesOf("library/losses.ts").keys()]).toContain("@tensorflow/tfjs");
    expect([...packagesOf("run/train-run.ts").keys()]).toContain("@tensorflow/tfjs");
  });
});

/** Files of a folder of the project, tests apart. */
function sourcesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => path.join(folder, name));
}

it("packages that are slow to import as CommonJS are required, at one place each", () => {
  const imports = /(?:^import (?!type\b)[^;]*? from |\bimport\()"(@tensorflow\/tfjs|@duckdb\/node-api)"/gm;
  const importing = sourcesBelow(source).filter((file) => readFileSync(file, "utf8").match(imports) !== null);
  expect(importing.map((file) => path.relative(source, file))).toEqual([]);
});
