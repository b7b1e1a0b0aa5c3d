import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { withChannels } from "./colours.js";
import { fitted } from "./fitted.js";
import type { Pixels } from "./resize.js";

/** A picture with smooth and fine parts. */
function picture(width: number, height: number): Pixels {
  const value = (x: number, y: number, c: number) =>
    128 + 90 * Math.sin(x / 9 + c) * Math.cos(y / 13) + 30 * Math.sin((x * y) / 97);
  const values = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    return Math.max(0, Math.min(255, value(at % width, Math.floor(at / width), i % 3)));
  });
  return { width, height, channels: 3, values };
}

const largest = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one, (value, i) => Math.abs(value - other[i])).reduce((most, value) => Math.max(most, value), 0);

describe("a picture of another size is the one that libvips makes, rounding aside", () => {
  const given = picture(150, 110);
  const raw = { raw: { width: 150, height: 110, channels: 3 } } as const;

  it.each([
    [32, 32, "fill"],
    [100, 90, "fill"],
    [11, 9, "fill"],
    [149, 110, "fill"],
    [260, 200, "fill"],
    [200, 60, "fill"],
    [90, 140, "fill"],
    [32, 32, "cover"],
    [64, 30, "cover"],
    [32, 32, "contain"],
    [31, 64, "contain"],
  ] as const)("%d x %d, %s", async (width, height, fit) => {
    const background = { r: 0, g: 0, b: 0 };
    const expected = await sharp(Buffer.from(given.values), raw)
      .resize(width, height, { fit, background })
      .raw()
      .toBuffer();
    const { values } = fitted(given, width, height, fit);
    expect(values).toHaveLength(expected.length);
    expect(largest(values, expected)).toBeLessThanOrEqual(3);
  });

  it("in grey", async () => {
    const expected = await sharp(Buffer.from(given.values), raw).toColourspace("b-w").raw().toBuffer();
    expect(largest(withChannels(given, 1).values, expected)).toBeLessThanOrEqual(1);
  });
});
