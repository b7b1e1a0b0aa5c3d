import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { streamTableColumns } from "./column-stream.js";
import { openTable } from "./duckdb.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-stream-"));
  const lines = Array.from(
    { length: 5000 },
    (_, r) => `${r},${r % 10 === 3 ? "" : r / 2},${r < 2500 ? "north" : r === 4000 ? "" : "south"},id${r}`,
  );
  writeFileSync(join(folder, "t.csv"), `a,b,site,id\n${lines.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(by?: string) {
  const table = await openTable(join(folder, "t.csv"));
  const b: number[] = [];
  const groups: number[] = [];
  let last = 0;
  try {
    const result = await streamTableColumns(
      table,
      { columns: ["b"], by },
      (chunk) => {
        b.push(...chunk.columns[0]);
        if (chunk.groups) groups.push(...chunk.groups);
      },
      (rows) => {
        expect(rows).toBeGreaterThan(last);
        last = rows;
      },
    );
    return { ...result, b, groups };
  } finally {
    table.close();
  }
}

describe("streamTableColumns", () => {
  it("gives all rows in file order, NaN where a value is missing", async () => {
    const { rows, b, groups, groupNames } = await read();
    expect(rows).toBe(5000);
    expect(b).toHaveLength(5000);
    expect(b[4998]).toBe(2499);
    expect(b[13]).toBeNaN();
    expect(groups).toEqual([]);
    expect(groupNames).toEqual([]);
  });

  it("turns the values of the group column into indices, -1 where there is none", async () => {
    const { groups, groupNames } = await read("site");
    expect(groupNames).toEqual(["north", "south"]);
    expect([groups[0], groups[2499], groups[2500], groups[4000], groups[4999]]).toEqual([0, 0, 1, -1, 1]);
  });

  it("refuses a column that identifies rows instead of grouping them", async () => {
    await expect(read("id")).rejects.toThrow('column "id" has more than 1000 different values');
  });
});
