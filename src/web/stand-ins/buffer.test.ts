import { Buffer as NodeBuffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { Buffer } from "./buffer.js";
import { isUtf8 } from "./utf8.js";

const texts = ["", "a,b\n1,2\n", "\ufeffid", "gr\u00f6\u00dfe,\u20ac,\u{1f600}", "x".repeat(500), "\u00e9".repeat(200)];

describe("bytes in a browser read as those of Node", () => {
  it.each(texts)("%j", (text) => {
    const [own, known] = [Buffer.from(text), NodeBuffer.from(text)];
    expect([...own]).toEqual([...known]);
    for (const [start, end] of [
      [0, known.length],
      [1, Math.max(1, known.length - 1)],
    ]) {
      expect(own.toString("latin1", start, end)).toBe(known.toString("latin1", start, end));
      expect(own.toString("utf8", start, end)).toBe(known.toString("utf8", start, end));
    }
    expect([...Buffer.concat([own, Buffer.alloc(2), own.subarray(0, 1)])]).toEqual([
      ...NodeBuffer.concat([known, NodeBuffer.alloc(2), known.subarray(0, 1)]),
    ]);
    expect(isUtf8(own)).toBe(true);
  });

  it("know what is no UTF-8", () => {
    expect(isUtf8(Buffer.from([0xc3, 0x28]))).toBe(false);
  });
});
