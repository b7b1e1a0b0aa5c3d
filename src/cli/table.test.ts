import { describe, expect, it } from "vitest";
import { shorten } from "../report/text-columns.js";
import { alignTable, wrapList } from "./table.js";

const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("alignTable", () => {
  it("aligns the first column left and the others right", () => {
    const rows = [
      ["a", "MAE"],
      ["ridge", "1"],
    ];
    expect(alignTable(rows)).toBe("a      MAE\nridge    1");
  });

  it("shortens long names in the middle so that rows fit 80 columns", () => {
    const name = `unique to ${"left_".repeat(20)}thickness`;
    const text = alignTable([
      ["information", "bits", "s.e.", "fusion weight"],
      [name, "0.123", "± 0.010", "0.500"],
    ]);
    expect(widest(text)).toBe(79);
    expect(text).toMatch(/unique to left_.*\.\..*thickness +0\.123/);
  });

  it("lines up wide and combining characters by the columns that they take", () => {
    const rows = [
      ["脳の厚さ", "1"],
      ["e\u0301paisseur", "22"],
      ["🧠", "3"],
    ];
    expect(alignTable(rows)).toBe("脳の厚さ    1\ne\u0301paisseur  22\n🧠          3");
    const cut = alignTable([["脳".repeat(60), "1.000"]]);
    expect(cut).toBe(`${"脳".repeat(17)}..${"脳".repeat(17)}  1.000`);
    expect(wrapList("脳: ", ["脳脳", "脳"], 9)).toBe("脳: 脳脳,\n    脳");
  });

  it("shows control characters of names as escapes", () => {
    expect(alignTable([["\x1b[31mred\nline", "1"]])).toBe("\\x1b[31mred\\nline  1");
  });
});

describe("text", () => {
  it.each([
    ["short", 9, "short"],
    ["0123456789", 9, "0123..789"],
    ["0123456789", 8, "012..789"],
  ])("%s in %i characters", (text, length, shown) => {
    expect(shorten(text, length)).toBe(shown);
  });

  it("wraps a list after commas, under its first entry", () => {
    expect(wrapList("flags: ", ["one", "two", "three"], 16)).toBe("flags: one, two,\n       three");
    expect(wrapList("flags: ", [])).toBe("flags: ");
  });
});
