import { expect, it } from "vitest";
import { noMarks } from "../data/missing/missing-marks.js";
import { pace } from "./pace.js";
import { openTextTable } from "./text-table.js";

/** Rows of a text that was put into a page. */
async function rowsOf(text: string): Promise<number> {
  const table = await openTextTable({ text, label: "pasted.csv" }, { dialect: {}, marks: noMarks, pace: pace() });
  return table.stream({ numbers: ["y", "x"], texts: [] }, () => undefined);
}

it("refuses a separator at the end of one row alone, as the reader of files does", async () => {
  expect(await rowsOf("y,x\n1,2,\n3,4,\n5,6,\n")).toBe(3);
  await expect(rowsOf("y,x\n1,2\n3,4,\n5,6\n")).rejects.toThrow(
    'after column "x": line 3 has 3 fields, the last of them',
  );
});
