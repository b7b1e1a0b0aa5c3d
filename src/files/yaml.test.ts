import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { yamlText } from "./yaml.js";

describe("yamlText", () => {
  it("holds what a terminal must not be given as escapes, and is read as it was", () => {
    const value = {
      "k\u202e": ["a\u009b b\x1b\n\ud800", "\u200bx \x7f"],
      "\u{e0041}": "\u2028",
      plain: { deep: "y\u2066" },
    };
    const text = yamlText(value);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(parse(text)).toEqual(value);
  });

  it("is what it always was for other values", () => {
    const value = { name: "x", list: [1, "a b", "- c"], text: "two\nlines", long: "word ".repeat(40), ä: null };
    expect(yamlText({ ...value, text: "one" })).toBe(stringify({ ...value, text: "one" }));
    expect(parse(yamlText(value))).toEqual(value);
  });
});
