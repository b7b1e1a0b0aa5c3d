import { describe, expect, it } from "vitest";
import { parseCsv } from "../files/parse-csv.js";
import { html } from "./html.js";
import { colour, followTheme, palette } from "./palette.js";
import {
  escapeHtml,
  formatBits,
  formatCount,
  formatNumber,
  formatPercent,
  formatPortion,
  formatShare,
  formatTimes,
  joinWords,
  plural,
} from "./text.js";
import { textWidth } from "./text-width.js";

const hostile = "<img src=x onerror=alert(1)>";

describe("numbers for reading", () => {
  it.each([
    [6.1734, "6.17"],
    [-0.0512, "\u22120.0512"],
    [1234.5, "1235"],
    [123456, "123\u2009456"],
    [0, "0"],
    [99.96, "100"],
    [2.5e-7, "2.50e\u22127"],
    [null, "not defined"],
  ])("formats %s as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("formats bits, shares, percentages and counts", () => {
    expect(formatBits(-0.001)).toBe("0.00");
    expect(formatBits(null)).toBe("infinite");
    expect(formatShare(-0.0324)).toBe("\u22120.032");
    expect(formatShare(null)).toBe("\u2013");
    expect(formatPercent(0.021)).toBe("2.1 %");
    expect(formatPercent(0.876)).toBe("88 %");
    // Nothing has one spelling, and no sign.
    expect([0, 0.0001, -0.0004].map(formatPercent)).toEqual(["0 %", "0 %", "0 %"]);
    expect([0.94, 0.9967, 0.99999, 1].map(formatPortion)).toEqual(["94 %", "99.7 %", "more than 99.9 %", "100 %"]);
    expect([11.4, 3436095.09, 3e9].map(formatTimes)).toEqual(["11 times", "3\u2009436\u2009095 times", "3.0e+9 times"]);
    expect(formatCount(1234567)).toBe("1\u2009234\u2009567");
    expect(plural(1, "row")).toBe("1 row");
    expect(joinWords(["a", "b", "c"])).toBe("a, b and c");
    expect(joinWords(["a", "b", "c"], undefined, "or")).toBe("a, b or c");
  });
});

describe("escaping", () => {
  it("escapes every string in a template and leaves finished HTML alone", () => {
    expect(html`<td title="${'"'}">${hostile}${html`<b>${"&"}</b>`}${["<", 1, null]}</td>`.text).toBe(
      '<td title="&quot;">&lt;img src=x onerror=alert(1)&gt;<b>&amp;</b>&lt;1</td>',
    );
  });

  it("shows control characters, which XML forbids, and those that turn text around as escapes", () => {
    expect(escapeHtml("a\u0000b\u001bc\u202ed\n")).toBe("a\\x00b\\x1bc\\u202ed\\n");
  });
});

describe("text width", () => {
  it("is near what Helvetica sets, on the wide side", () => {
    // Adobe metrics of Helvetica: "information (bits)" at 12 px is 89.4 px wide.
    expect(textWidth("information (bits)", 12)).toBeGreaterThan(89);
    expect(textWidth("information (bits)", 12)).toBeLessThan(110);
    expect(textWidth("\u4f53\u79ef", 10)).toBeGreaterThanOrEqual(20);
  });
});

describe("palette", () => {
  const luminance = (hex: string) => {
    const linear = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  /** Contrast ratio of WCAG 2.2. */
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it.each([0, 1] as const)("keeps text at 7 : 1, marks and small coloured text at 4.5 : 1 in theme %i", (theme) => {
    const page = palette.page[theme];
    for (const name of ["ink", "quiet"] as const) expect(contrast(palette[name][theme], page)).toBeGreaterThan(7);
    for (const [name, values] of Object.entries(palette)) {
      if (["page", "panel", "grid", "rule"].includes(name)) continue;
      expect(contrast(values[theme], page), name).toBeGreaterThan(4.5);
    }
  });

  it("binds a drawing to the theme of the page, and leaves text alone", () => {
    const svg = `<path fill="${colour("ink")}"/><text stroke="#123456">${colour("ink")}</text>`;
    expect(followTheme(svg)).toBe(`<path fill="var(--ink)"/><text stroke="#123456">${colour("ink")}</text>`);
  });
});

describe("comma-separated text", () => {
  it("reads quotes, doubled quotes, line breaks in quotes and Windows line ends", () => {
    const { header, rows } = parseCsv('\ufeffa,"b ""x"""\r\n"1,5","two\nlines"\r\n,3', "t.csv");
    expect(header).toEqual(["a", 'b "x"']);
    expect(rows).toEqual([
      ["1,5", "two\nlines"],
      ["", "3"],
    ]);
  });

  it("names the line that is wrong", () => {
    expect(() => parseCsv('a,b\n"x\ny",1\n1,2,3\n', "t.csv")).toThrow("t.csv, line 4: 3 fields, the header has 2");
    expect(() => parseCsv('a,b\n"1,2\n', "t.csv")).toThrow("t.csv, line 2: a quoted field is not closed");
    expect(() => parseCsv("", "t.csv")).toThrow("t.csv: the file is empty");
  });
});
