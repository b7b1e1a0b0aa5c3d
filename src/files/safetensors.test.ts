import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

const tensors = [
  { name: "weights", shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 5e-30, 6) },
  { name: "empty", shape: [0], values: new Float32Array() },
  { name: "bias ü", shape: [1], values: Float32Array.of(-0.25) },
];

describe("safetensors", () => {
  const bytes = encodeSafetensors(tensors, { note: "kept" });

  it("gives back names, shapes, values and metadata", () => {
    const { tensors: read, metadata } = decodeSafetensors(bytes, "f");
    expect([...read.values()]).toEqual(tensors);
    expect(metadata).toEqual({ note: "kept" });
  });

  it("starts its data at a multiple of 8 bytes", () => {
    expect(Number(bytes.readBigUInt64LE()) % 8).toBe(0);
  });

  it("refuses a header that claims more than the file holds", () => {
    const huge = Buffer.from(bytes);
    huge.writeBigUInt64LE(2n ** 60n);
    expect(() => decodeSafetensors(huge, "weights.safetensors")).toThrow(/weights\.safetensors: .*header claims/);
  });

  it("refuses offsets that do not fit the shape", () => {
    const text = bytes.toString("latin1").replace('"shape":[2,3]', '"shape":[2,9]');
    expect(() => decodeSafetensors(Buffer.from(text, "latin1"), "f")).toThrow(InputError);
  });

  it("ends every truncated or altered file in an InputError or in whole tensors", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        const broken = Buffer.from(bytes.subarray(0, length));
        if (at < length) broken[at] = value;
        try {
          for (const { shape, values } of decodeSafetensors(broken, "f").tensors.values()) {
            expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
