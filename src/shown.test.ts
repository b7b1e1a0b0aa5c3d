import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, Interrupted, RunError } from "./errors.js";
import { escapedJson, printable, shown } from "./shown.js";

const unit = fc.oneof(
  fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0xd800, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
);
const anyText = fc.array(unit).map((parts) => parts.join(""));

describe("text from outside", () => {
  it.each([
    ["\x1b[31m", "\\x1b[31m"],
    ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
    ["\u009b2J\x7f", "\\x9b2J\\x7f"],
    ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
    ["\u202e\u2066\u2069\u200e\u200f\u061c", "\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c"],
    ["\u200b\u200d\ufeff\u00ad\u2028\u2029", "\\u200b\\u200d\\ufeff\\xad\\u2028\\u2029"],
    ["\ud800a\udc00", "\\ud800a\\udc00"],
    ["\u{e0041}\ufffe", "\\u{e0041}\\ufffe"],
    ["Größe β 脳 שלום é 🧠 ± −", "Größe β 脳 שלום é 🧠 ± −"],
  ])("%j is shown as %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("never keeps what a terminal must not get, and showing it again changes nothing", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const harmless = shown(text);
        expect(harmless).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(shown(harmless)).toBe(harmless);
        expect(printable(text).replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("is the same after a way through JSON, which holds only escapes", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = escapedJson(JSON.stringify({ [text]: text }, null, 1));
        expect(json.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it.each([
    ["InputError", (message: string) => new InputError(message)],
    ["RunError", (message: string) => new RunError(message)],
    ["Interrupted", (message: string) => new Interrupted(message)],
  ])("in an %s cannot begin a line or steer the terminal", (_, make) => {
    expect(make('column "a\n\x1b[2J" is missing').message).toBe('column "a\\n\\x1b[2J" is missing');
  });

  it("leaves an error the lines that it was given as lines", () => {
    expect(new InputError(["no option --\n", "See help."]).message).toBe("no option --\\n\nSee help.");
  });
});
