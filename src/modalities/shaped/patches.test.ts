import { describe, expect, it } from "vitest";
import { drawEach, drawImage, drawSequence, drawVolume } from "./draw.js";
import { patchAt, patchesOf, patchPlaces, placesShown, rowsWithoutPatches } from "./patches.js";

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

describe("patches", () => {
  it.each([
    ["image", [64, 20, 3], [8, 3], [8, 7]],
    ["image", [4, 64, 64, 3], [1, 8, 8], [4, 8, 8]],
    ["sequence", [100, 5], [4], [25]],
    ["volume", [9, 8, 3, 1], [3, 2, 1], [3, 4, 3]],
  ] as const)("of %s %o", (kind, shape, sizes, counts) => {
    const patches = patchesOf(kind, shape);
    expect(patches).toEqual({ sizes, counts });
    const places = patchPlaces(patches, shape);
    expect(places).toHaveLength(product(shape.slice(0, -1)));
    expect(new Set(places).size).toBe(product(counts));
    expect([places[0], places[places.length - 1]]).toEqual([0, product(counts) - 1]);
  });
});

describe("rows without a patch", () => {
  it("are the row with that patch replaced by the fill of each channel, and nothing else", async () => {
    // Patches of 2 x 3 places: 8 along the height, 7 along the width, where the last is of 2 places.
    const shape = [16, 20, 2];
    const patches = patchesOf("image", shape);
    expect(patches).toEqual({ sizes: [2, 3], counts: [8, 7] });
    const values = Float32Array.from({ length: product(shape) }, (_, i) => i + 1);
    const numbers = [0, 1, 7, 8, 1 + 3 * 7 + 6];
    const out = new Float32Array(numbers.length * values.length);
    await rowsWithoutPatches(values, { shape, fill: [-1, -2] }, patches)(numbers, out);
    const corners = [null, [0, 0], [0, 18], [2, 0], [6, 18]] as const;
    corners.forEach((corner, i) => {
      const row = out.subarray(i * values.length, (i + 1) * values.length);
      const expected = values.map((value, at) => {
        const [y, x, c] = [Math.floor(at / 40), Math.floor(at / 2) % 20, at % 2];
        const within = corner !== null && y >= corner[0] && y < corner[0] + 2 && x >= corner[1] && x < corner[1] + 3;
        return within ? [-1, -2][c] : value;
      });
      expect([...row], `row ${i}`).toEqual([...expected]);
    });
  });
});

/** The patch that each pixel shows, as the drawing of a row tells it that holds the number of its patch everywhere. */
function drawnPatches(kind: "image" | "volume", shape: readonly number[]) {
  const patches = patchesOf(kind, shape);
  const channels = shape[shape.length - 1];
  const places = patchPlaces(patches, shape);
  const row = Float64Array.from({ length: product(shape) }, (_, i) => places[Math.floor(i / channels)]);
  const one = kind === "image" ? drawImage : drawVolume;
  // Pictures of a row are each drawn between their own least and largest value: the first has patch 0.
  const picture = (
    shape.length > (kind === "image" ? 3 : 4) ? drawEach(one, shape, row) : one(shape, row)
  ) as NonNullable<ReturnType<typeof one>>;
  return { patches, picture };
}

describe("places that pixels show", () => {
  it.each([
    ["image", [16, 24, 1]],
    ["image", [200, 130, 3]],
    ["volume", [9, 8, 7, 1]],
    ["volume", [80, 64, 70, 1]],
  ] as const)("are those of the drawing: %s %o", (kind, shape) => {
    const { patches, picture } = drawnPatches(kind, shape);
    const shown = placesShown(kind, shape, picture);
    expect(shown).toHaveLength(picture.width * picture.height);
    const numbers = shown.map((place) => (place === null ? null : patchAt(patches, place)));
    const there = numbers.filter((number) => number !== null);
    const [low, high] = [Math.min(...there), Math.max(...there)];
    numbers.forEach((number, i) => {
      const level = number === null ? 0 : Math.round((255 * (number - low)) / (high - low));
      expect(picture.pixels[i * picture.channels], `pixel ${i}`).toBe(level);
    });
  });

  it("are of each picture of a row, and of steps in time", () => {
    const shape = [2, 16, 24, 1];
    const shown = placesShown("image", shape, { width: 48, height: 16 });
    expect([shown[0], shown[23], shown[24], shown[48 * 16 - 1]]).toEqual([
      [0, 0, 0],
      [0, 0, 23],
      [1, 0, 0],
      [1, 15, 23],
    ]);
    const steps = Float64Array.from({ length: 300 }, (_, t) => t);
    const picture = drawSequence([300, 1], steps);
    const times = placesShown("sequence", [300, 1], picture as NonNullable<typeof picture>);
    expect([times[0], times[95]]).toEqual([[1], [298]]);
  });
});
