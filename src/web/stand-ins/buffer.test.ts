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

  it("are compared, searched, copied and read as numbers alike", () => {
    const values = [0x93, 78, 85, 255, 254, 1, 2, 128, 85, 255, 3];
    const [own, known] = [Buffer.from(values), NodeBuffer.from(values)];
    for (const at of [0, 3, 7]) {
      expect(own.readUInt16LE(at)).toBe(known.readUInt16LE(at));
      expect(own.readUInt32LE(at)).toBe(known.readUInt32LE(at));
      expect(own.readUInt32BE(at)).toBe(known.readUInt32BE(at));
      expect(own.readInt32LE(at)).toBe(known.readInt32LE(at));
      expect(own.readInt32BE(at)).toBe(known.readInt32BE(at));
    }
    expect([...Buffer.from("\x93\xff", "latin1")]).toEqual([0x93, 0xff]);
    expect(own.equals(Buffer.from(values))).toBe(true);
    expect(Buffer.from(values.slice(1)).equals(own)).toBe(false);
    expect(own.lastIndexOf(Buffer.from([85, 255]))).toBe(8);
    expect(own.lastIndexOf(Buffer.from([85, 254]))).toBe(-1);
    expect(own.lastIndexOf(255)).toBe(9);
    const to = Buffer.alloc(4);
    expect(own.copy(to, 1, 2, 5)).toBe(3);
    expect([...to]).toEqual([0, 85, 255, 254]);
  });

  it("know what is no UTF-8", () => {
    expect(isUtf8(Buffer.from([0xc3, 0x28]))).toBe(false);
  });
});
