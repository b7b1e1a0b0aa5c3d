import { describe, expect, it } from "vitest";
import { renderSvg } from "../render-svg.js";
import { barsSpec } from "./bars.js";

const bar = (label: string, low: number | null, high: number | null) => ({
  ...{ label, colour: "#888888", value: 2, low, high, note: "2.00" },
});

/** Arrows in the figure of the bars: of the paths, those alone are placed by a transformation. */
async function arrows(bars: ReturnType<typeof bar>[]): Promise<number> {
  const svg = await renderSvg(barsSpec(bars, "bits", 500), "bits");
  return [...svg.matchAll(/<path transform=/g)].length;
}

describe("bars", () => {
  it("end in an arrow where an amount is known from below only", async () => {
    expect(await arrows([bar("interval", 1, 3), bar("at least", 1, null), bar("none", null, null)])).toBe(1);
    expect(await arrows([bar("interval", 1, 3), bar("none", null, null)])).toBe(0);
  });
});
