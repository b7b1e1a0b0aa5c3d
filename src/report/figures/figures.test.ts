import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { renderSvg } from "../render-svg.js";
import { errorByRange, histogram } from "../tasks/regression/figures/residuals.js";
import { thinned } from "../tasks/regression/figures/scatter.js";
import { textWidth } from "../text-width.js";
import { barsSpec } from "./bars.js";
import { lensArea, lensDistance, twoSetsSpec } from "./two-sets.js";

describe("two overlapping discs", () => {
  it("has the known area of a lens", () => {
    // Unit circles one radius apart: 2 pi / 3 - sqrt(3) / 2.
    expect(lensArea(1, 1, 1)).toBeCloseTo((2 * Math.PI) / 3 - Math.sqrt(3) / 2, 12);
    expect(lensArea(2, 1, 0.5)).toBeCloseTo(Math.PI, 12);
    expect(lensArea(1, 1, 2)).toBe(0);
  });

  it("finds the distance of a given overlap, also for nested and separate discs", () => {
    for (const overlap of [0.3, 1.5, 3])
      expect(lensArea(1, 1.4, lensDistance(1, 1.4, overlap))).toBeCloseTo(overlap, 9);
    expect(lensDistance(1, 1.4, 4)).toBeCloseTo(0.4, 9);
    // Near contact the area grows with the distance to the power 3/2, so a rounding error of 1e-16 shows as 1e-8.
    expect(lensDistance(1, 1.4, 0)).toBeCloseTo(2.4, 7);
  });
});

describe("labels of two discs", () => {
  const texts = (names: readonly [string, string]) => {
    const sets = { names, information: [0.62, 0] as const, redundancy: 0, synergy: 0 };
    const { layer } = twoSetsSpec(sets, 340) as unknown as {
      layer: { mark: { text?: string }; encoding: { x: { value: number } } }[];
    };
    return layer.flatMap(({ mark, encoding }) => (mark.text === undefined ? [] : [{ ...mark, x: encoding.x.value }]));
  };

  it("leave room for each other in the top line, also where one disc takes all", () => {
    const [name, , together] = texts(["alpha: 0.62 bits alone", "beta: 0.00 bits alone"]);
    const widths = [name, together].map(({ text }) => textWidth(text ?? "", 13));
    expect(name.x + widths[0]).toBeLessThan(together.x - widths[1]);
    expect(name.x).toBeGreaterThanOrEqual(4);
    const [long] = texts([`${"a long name ".repeat(4)}: 0.62 bits alone`, "b"]);
    expect(long.x).toBe(4);
  });

  it("end within the figure, also that of a small disc at its right end", () => {
    const names = ["table: 0.65 bits alone", "photographs: 0.21 bits alone"] as const;
    const sets = { names, information: [0.65, 0.21] as const, redundancy: 0.21, synergy: 0 };
    const { layer } = twoSetsSpec(sets, 340) as unknown as {
      layer: { mark: { text?: string }; encoding: { x: { value: number } } }[];
    };
    const second = layer.find(({ mark }) => mark.text === names[1]);
    expect((second?.encoding.x.value ?? 340) + 1.2 * textWidth(names[1], 13)).toBeLessThan(340);
  });
});

describe("a target of small scale", () => {
  const bar = { label: "only alpha", colour: "#000", low: 1e-10, high: 3e-10, note: "" };
  it("has bars as long as any other, and labels that tell its numbers apart", async () => {
    const small = await renderSvg(barsSpec([{ ...bar, value: 2e-10 }], "RMSE", 500), "bars");
    const large = await renderSvg(barsSpec([{ ...bar, value: 2, low: 1, high: 3 }], "RMSE", 500), "bars");
    const bars = (svg: string) => svg.match(/d="M0,[\d.]+h([\d.]+)v18/)?.[1];
    expect(bars(large)).toBeDefined();
    expect(bars(small)).toBe(bars(large));
    const labels = [...small.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, label]) => label);
    expect(labels.join()).toMatch(/(^|,)1e.10,/);
    expect(labels.filter((label) => /^0\.0+$/.test(label))).toEqual([]);
  });
});

describe("error by range of the truth", () => {
  it("makes groups of equal size and measures their bias", () => {
    const truth = Float64Array.from({ length: 100 }, (_, i) => i);
    const groups = errorByRange(
      truth,
      truth.map((y) => 0.5 * y),
      5,
    );
    expect(groups.map((g) => g.n)).toEqual([20, 20, 20, 20, 20]);
    expect(groups[0]).toMatchObject({ from: 0, to: 19, bias: -4.75, mae: 4.75 });
    // bias -0.5 y, so the deviation in the group is half that of 0..19: sqrt(35) / 2
    expect(groups[0].standardError).toBeCloseTo(Math.sqrt(35 / 4 / 20), 12);
  });

  it("keeps equal values together and gives fewer groups when there are few values", () => {
    const ties = [...Array(9).fill(1), ...Array(6).fill(2), 3];
    // The one row of value 3 is no group: nothing could be said of its error.
    expect(errorByRange(ties, ties, 5).map((g) => g.n)).toEqual([9, 7]);
    expect(errorByRange([3, 3], [3, 4], 5)).toHaveLength(1);
  });
});

describe("histogram", () => {
  it("counts every value once, in bins symmetric about 0", () => {
    const values = new Float64Array(500);
    new Rng(1).fillNormal(values);
    const bins = histogram(values, 24);
    expect(bins.reduce((sum, b) => sum + b.count, 0)).toBe(500);
    expect(bins[0].from).toBeCloseTo(-bins[23].to, 12);
    expect(histogram([0, 0], 4).map((b) => b.count)).toEqual([0, 0, 2, 0]);
  });
});

describe("drawing", () => {
  const bars = [
    { label: "<b>&", colour: "#0b5fa5", value: 0.0051234, low: 0, high: 0.01, note: "0.0051234" },
    { label: "infinite", colour: "#bf4d06", value: null, low: null, high: null, note: "infinite" },
  ];

  it("is the same every time, escapes text and does not round labels", async () => {
    const draw = () => renderSvg(barsSpec(bars, "information (bits)", 400), 'what "it" says');
    const svg = await draw();
    expect(await draw()).toBe(svg);
    expect(svg).toContain('aria-label="what &quot;it&quot; says"');
    expect(svg).toContain("&lt;b&gt;&amp;");
    expect(svg).toContain(">0.0051234<");
    expect(svg).toContain(">information (bits)<");
    expect(svg).not.toContain("NaN");
  });

  it("shows what would turn, hide or break text as escapes, in labels, axes and the description", async () => {
    const label = "a\u202eb\x1b\n\u200b";
    const svg = await renderSvg(barsSpec([{ ...bars[0], label }], label, 400), label);
    expect(svg.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(svg.split("a\\u202eb\\x1b\\n\\u200b")).toHaveLength(4);
  });

  it("thins points evenly", () => {
    expect(thinned(10, 4)).toEqual([0, 3, 6, 9]);
    expect(thinned(3, 4)).toEqual([0, 1, 2]);
  });
});
