import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeLists, withLists } from "./number-lists.js";
import { ofPlanes, toPlanes } from "./planes.js";
import { withoutShared, withShared } from "./shared-keys.js";
import { bytesOfText, textOfBytes } from "./text-bytes.js";
import { unpacked } from "./unpacked.js";

describe("what a page holds packed", () => {
  it("comes back from text, byte by byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const text = textOfBytes(bytes);
        expect(text).toMatch(/^[!#-;=-[\]-~]*$/);
        expect([...bytesOfText(text)]).toEqual([...bytes]);
      }),
      { seed: 1, numRuns: 1000 },
    );
    const long = Uint8Array.from({ length: 1300 }, (_, i) => (i * 37) % 256);
    expect(textOfBytes(long)).toHaveLength(1600);
  });

  it("refuses a character that is never written", () => {
    expect(() => bytesOfText('a"')).toThrow("character 1 of a packed text is none that is written");
    expect(() => bytesOfText("\u4e00a")).toThrow("character 0");
  });

  it("comes back from packed text", async () => {
    const text = "thickness ".repeat(500);
    const packed = textOfBytes(deflateRawSync(text));
    expect(packed.length).toBeLessThan(200);
    expect(new TextDecoder().decode(await unpacked(packed))).toBe(text);
  });

  it("comes back from planes, whatever the length", () => {
    for (const length of [0, 1, 4, 7, 4000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 89) % 256);
      expect(ofPlanes(toPlanes(bytes))).toEqual(bytes);
    }
  });

  it("has every number of its lists bit by bit", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer().map((value) => value / 1000),
      fc.constantFrom(0, -0, 2.034, 2.0340000000000003, 1e300, 5e-324),
    );
    const lists = fc.array(fc.array(number, { minLength: 16, maxLength: 40 }), { maxLength: 4 });
    fc.assert(
      fc.property(lists, (own) => {
        const document = { own, beside: [{ name: "x", "#numbers": "years" }, null, [1, "a"]] };
        const taken = takeLists(document);
        expect(withLists(JSON.parse(JSON.stringify(taken.document)), taken.lists)).toEqual(document);
      }),
      { seed: 1, numRuns: 1000, examples: [[[[...Array(15).fill(0), -0]]]] },
    );
  });

  it("has once what members share", () => {
    const first = { config: { seed: 1 }, columns: [1, 2], scale: null };
    const members = [
      first,
      { ...first, config: { seed: 2 } },
      { config: { seed: 3 }, columns: [1, 2], acquisition: 1 },
    ];
    const short = withoutShared(members);
    expect(JSON.stringify(short.slice(1))).not.toContain("columns");
    expect(withShared(JSON.parse(JSON.stringify(short)))).toEqual(members);
  });

  it("takes about a byte for a number of an ascending list of decimals", () => {
    const knots = Array.from({ length: 1000 }, (_, i) => (1650 + 2 * i) / 1000);
    expect(takeLists({ knots }).lists.length).toBeLessThan(1010);
  });
});
