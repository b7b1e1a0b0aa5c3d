import { describe, expect, it } from "vitest";
import { displayWidth } from "../report/text-columns.js";
import { heading, markdownText, type TextBlock, table } from "../study/text-blocks.js";
import { studyText } from "./study-text.js";
import { wideTable } from "./wide-table.js";

const blocks: readonly TextBlock[] = [
  heading("many: which to keep"),
  { kind: "marked", text: "**a + b** is enough." },
  { kind: "paragraph", text: `${"word ".repeat(14)}at of 95 % here` },
  { kind: "warning", text: "few rows." },
  { kind: "list", items: ["one", "two"] },
  table([
    ["", "mean"],
    ["a", "1"],
  ]),
];

describe("what a study says", () => {
  it("is the same in Markdown and on a terminal, each in its way", () => {
    expect(markdownText(blocks).split("\n\n")).toEqual([
      ...["# many: which to keep", "**a + b** is enough.", `${"word ".repeat(14)}at of 95 % here`],
      ...["**Warning:** few rows.", "- one\n- two", "|     | mean |\n|-----|-----:|\n| a   |    1 |\n"],
    ]);
    expect(studyText(blocks).split("\n\n")).toEqual([
      ...["many: which to keep", "a + b is enough.", `${"word ".repeat(14)}at of\n95 % here`],
      ...["Warning: few rows.", "- one\n- two", "   mean\n-------\na     1"],
    ]);
  });
});

describe("a table that may be too wide", () => {
  const wide = [
    ["left out", ...Array.from({ length: 12 }, (_, c) => `a long head ${c}`)],
    ...["no-averaging-of-the-weights-that-come-last", "日本語"].map((name) => [name, ...Array(12).fill("1.234")]),
  ];

  it("breaks its heads, and goes on below with the first column again", () => {
    const text = wideTable(wide);
    expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(79);
    const panels = text.split("\n\n");
    expect(panels.length).toBeGreaterThan(1);
    for (const panel of panels) expect(panel).toMatch(/^no-averaging.*last +1\.234/m);
    const numbers = panels.flatMap((panel) => panel.match(/1\.234/g) ?? []);
    expect(numbers).toHaveLength(24);
    for (let c = 0; c < 12; c++) expect(text).toMatch(new RegExp(`\\b${c}\\b`));
  });

  it("cuts the middle of long first cells where nothing else fits beside them", () => {
    const text = wideTable(wide, 30);
    expect(text).toMatch(/^no-.*\.\..*last +1\.234$/m);
    expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(30);
  });

  it("leaves heads whole where there is room, and shows what a terminal must not get as escapes", () => {
    expect(
      wideTable([
        ["", "sd over folds"],
        ["a\u202e", "1"],
      ]).split("\n")[0],
    ).toMatch(/ sd over folds$/);
    expect(
      wideTable([
        ["", "n"],
        ["a\u202e", "1"],
      ]),
    ).not.toContain("\u202e");
  });
});
