import { describe, expect, it } from "vitest";
import { mostModalities, mostWithProducts } from "./limits.js";
import { parseConfig } from "./load.js";

const config = (modalities: number, fusion: object) => ({
  name: "many",
  data: {
    file: "t.csv",
    target: "y",
    modalities: Object.fromEntries(Array.from({ length: modalities }, (_, k) => [`m${k}`, { columns: [`m${k}`] }])),
  },
  model: { fusion },
});

describe("numbers of modalities", () => {
  it("are taken up to the limits", () => {
    expect(Object.keys(parseConfig(config(mostWithProducts, {})).data.modalities)).toHaveLength(64);
    const { data } = parseConfig(config(mostModalities, { interaction: "none" }));
    expect(Object.keys(data.modalities)).toHaveLength(128);
  });

  it.each([
    [65, {}, /model\.fusion\.interaction: 65 modalities have 2080 products .* up to 64 .*Set .*interaction: none/],
    [100, { method: "late" }, /model\.fusion\.interaction: 100 modalities have 4950 products/],
    [129, { interaction: "none" }, /data\.modalities: 129 modalities, at most 128 are taken; put columns/],
    [500, { interaction: "none" }, /data\.modalities: 500 modalities, at most 128/],
  ])("%i with %j are refused with what to do", (modalities, fusion, message) => {
    expect(() => parseConfig(config(modalities, fusion))).toThrow(message);
  });
});
