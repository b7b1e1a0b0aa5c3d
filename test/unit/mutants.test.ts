import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

interface Site {
  readonly kind: string;
  readonly before: string;
  readonly after: string;
}

const place = new URL("../../scripts/mutants/sites.mjs", import.meta.url);
const { sitesOf, withFaults } = (await import(fileURLToPath(place))) as {
  sitesOf(name: string, source: string): Site[];
  withFaults(name: string, source: string, chosen: readonly object[]): string;
};

const found = (source: string) => sitesOf("a.ts", source).map(({ kind, before, after }) => [kind, before, after]);

/** What `f` gives with every fault in the source, one of them on. */
function outcomes(source: string, args: readonly unknown[]): unknown[] {
  const sites = sitesOf("a.ts", source).map((site, id) => ({ id, ...site }));
  const whole = withFaults("a.ts", source, sites);
  const { outputText } = ts.transpileModule(whole, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return [-1, ...sites.keys()].map((active) => {
    const run = new Function("fault", `${outputText.replaceAll("globalThis.__fault", "fault")}; return f;`);
    return run((id: number) => id === active)(...args);
  });
}

describe("faults", () => {
  it("are operators, boundaries, constants, conditions, calls left out, arguments and methods mixed up", () => {
    expect(found("const y = a < b;")).toEqual([
      ["operator", "a < b", "a <= b"],
      ["operator", "a < b", "a >= b"],
    ]);
    expect(found("if (ok) g(a, b);")).toEqual([
      ["condition", "ok", "!(ok)"],
      ["statement", "g(a, b);", ""],
      ["swapped", "g(a, b)", "g(b, a)"],
    ]);
    expect(found("const y = Math.min(a[0], -b) + 0.5;")).toEqual([
      ["operator", "Math.min(a[0], -b) + 0.5", "Math.min(a[0], -b) - 0.5"],
      ["method", "Math.min(a[0], -b)", "Math.max(a[0], -b)"],
      ["constant", "0", "1"],
      ["sign", "-b", "b"],
      ["constant", "0.5", "1"],
    ]);
    expect(found("const y = !a || true;").map(([kind]) => kind)).toEqual(["operator", "negation", "boolean"]);
  });

  it("do not stand in types, imports, what is thrown, and texts", () => {
    const source = [
      'import { a } from "b";',
      "type T = 1 | 2;",
      "const y: 3 = z as 4;",
      'throw new RangeError(a + 1 + " " + b);',
      'const t = "a" + b;',
      "const u = `$@{1 + 2}`;".replace("@", ""),
      "const v = { 1: b };",
    ];
    expect(found(source.join("\n"))).toEqual([]);
  });

  it("change what they stand for alone, and nothing while they are off", () => {
    expect(outcomes("function f(a, b) { return a < b ? a * 2 : b; }", [3, 3])).toEqual([
      3, // as written
      6, // the condition turned round
      6, // a <= b
      6, // a >= b
      3, // a / 2 is not reached
      3, // nor a * 3
    ]);
    const nested = "function f(a, b) { let n = 0; if (a) if (b) n = 1; else n = 2; else n = 3; return n; }";
    expect(outcomes(nested, [true, true])[0]).toBe(1);
    expect(outcomes(nested, [true, false])[0]).toBe(2);
    expect(outcomes(nested, [false, true])[0]).toBe(3);
    const plain = "function f(a) { let n = 0; if (a === 0) n = 1; else if (a === 1) n = 2; return n; }";
    expect([0, 1, 2].map((a) => outcomes(plain, [a])[0])).toEqual([1, 2, 0]);
  });
});
