import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference } from "../../../test/support/largest-difference.js";
import { runCommand } from "../../../test/support/run-command.js";
import { Rng } from "../../math/rng.js";
import { command } from "../commands/decompose.js";

let folder: string;
const file = (name: string) => join(folder, name);
const run = async (...args: string[]) => (await runCommand(command, ["decompose", ...args])).printed;
const columns = ["--target", "y,z", "--modality", "a=a*", "--modality", "b=b*"];
const one = ["--target", "y", "--modality", "a=a*", "--modality", "b=b*"];
const three = ["--target", "y", "--modality", "a=a1,a2", "--modality", "b=b*", "--modality", "c=a3"];

interface TableOfGroups {
  readonly rows: number;
  readonly subjects: number;
  /** Groups lie over the whole table, or one behind another. */
  readonly scattered: boolean;
  /** One group has a sixth of the rows. */
  readonly uneven?: boolean;
}

/** Rows of a subject share what is not in the columns, means are large, and there are gaps. */
function linesOf({ rows, subjects, scattered, uneven = false }: TableOfGroups): string[] {
  const rng = new Rng(11);
  const own = Array.from({ length: subjects }, () => [rng.normal(), rng.normal()]);
  return Array.from({ length: rows }, (_, r) => {
    const even = scattered ? r % subjects : Math.floor((r * subjects) / rows);
    const s = uneven && r > 0.85 * rows ? 0 : even;
    const a = [1e6 + rng.normal(), rng.normal() + own[s][0], 100 * rng.normal()];
    const b = [a[1] + rng.normal(), rng.normal()];
    const y = a[1] + b[1] + rng.normal() + own[s][1];
    const z = a[2] / 50 + own[s][0] + rng.normal();
    const cells: (string | number)[] = [y, z, ...a, ...b, "pq"[s % 2], `s${s}`];
    if (r % 17 === 3) cells[3] = "";
    if (r % 53 === 1) cells[0] = "";
    if (r % 71 === 5) cells[8] = "";
    return cells.join(",");
  });
}

const head = "y,z,a1,a2,a3,b1,b2,site,subject";
const write = (name: string, lines: readonly string[]) => writeFileSync(file(name), `${[head, ...lines].join("\n")}\n`);

/** Both passes over shards of unequal sizes, in any order. @returns the answer's text and the files of errors */
async function bothPasses(lines: readonly string[], options: readonly string[], order = (files: string[]) => files) {
  const ends = [0, 15, 100, Math.floor(lines.length / 2), Math.floor(lines.length / 2) + 1, lines.length];
  const parts = Array.from({ length: 5 }, (_, k) => {
    write(`part${k}.csv`, lines.slice(ends[k], ends[k + 1]));
    return file(`part${k}.csv`);
  });
  const moments: string[] = [];
  for (const part of parts) {
    await run("--data", part, ...options, "--partial", `${part}.partial`);
    moments.push(`${part}.partial`);
  }
  const all = file("all.partial");
  await run("--merge", ...order(moments), "--partial", all);
  const errors: string[] = [];
  for (const part of parts) {
    await run("--data", part, ...options, "--around", all, "--partial", `${part}.errors`);
    errors.push(`${part}.errors`);
  }
  return { text: await run("--merge", all, "--errors", ...order(errors), "--json"), all, errors };
}

/** What a whole table in memory and its shards must say alike. */
const alike = ["information", "atoms", "union", "standardErrors", "intervals", "contrasts", "gain", "flags", "n"];
const more = ["standardErrorSource", "secondReading", "estimator", "multi", "modalities"];

function found(answer: Record<string, unknown>): object {
  return Object.fromEntries([...alike, ...more].filter((key) => key in answer).map((key) => [key, answer[key]]));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-shard-groups-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reversed = (files: string[]) => [...files].reverse();

describe("decompose --partial --group", () => {
  it.each<[string, TableOfGroups, string[]]>([
    ["many groups over all shards", { rows: 900, subjects: 150, scattered: true }, one],
    ["many groups, most within a shard", { rows: 900, subjects: 150, scattered: false }, one],
    ["few groups, which are left out one by one", { rows: 900, subjects: 30, scattered: true }, one],
    ["few groups within shards", { rows: 900, subjects: 30, scattered: false }, one],
    ["two targets, few groups", { rows: 900, subjects: 45, scattered: true }, columns],
    ["two targets, many groups", { rows: 900, subjects: 200, scattered: false }, columns],
    ["three modalities", { rows: 900, subjects: 40, scattered: true }, three],
    ["more than sixty groups, one of them large", { rows: 900, subjects: 80, scattered: true, uneven: true }, one],
  ])("comes to errors, intervals and flags of the whole table in memory: %s", async (_, table, layout) => {
    const lines = linesOf(table);
    write("whole.csv", lines);
    const options = [...layout, "--missing", "drop", "--group", "subject"];
    const whole = JSON.parse(await run("--data", file("whole.csv"), ...options, "--no-check", "--json"));
    expect(whole.standardErrors).not.toBeNull();
    // Which of more than 60 groups of equal size are left out goes by the order of the parts.
    for (const order of table.uneven ? [undefined] : [undefined, reversed]) {
      const { text } = await bothPasses(lines, options, order);
      expect(difference(found(whole), found(JSON.parse(text)))).toBeLessThan(1e-12);
      expect(JSON.parse(text).rows).toEqual(whole.rows);
    }
  });

  it("does so by the value of a column too, each with its own groups", async () => {
    const lines = linesOf({ rows: 1200, subjects: 100, scattered: true });
    write("whole.csv", lines);
    const options = [...one, "--missing", "drop", "--group", "subject", "--by", "site"];
    const whole = JSON.parse(await run("--data", file("whole.csv"), ...options, "--no-check", "--json"));
    const merged = JSON.parse((await bothPasses(lines, options)).text);
    expect(Object.keys(merged.groups)).toEqual(["p", "q"]);
    expect(difference(found(whole), found(merged))).toBeLessThan(1e-12);
    for (const name of ["p", "q"]) {
      expect(difference(found(whole.groups[name]), found(merged.groups[name]))).toBeLessThan(1e-12);
    }
  });

  it("does so with means in the place of gaps", async () => {
    const lines = linesOf({ rows: 900, subjects: 30, scattered: true }).map((line) => line.replace(/,$/, ",s0"));
    write("whole.csv", lines);
    const options = [...one, "--missing", "mean", "--group", "subject"];
    const whole = JSON.parse(await run("--data", file("whole.csv"), ...options, "--no-check", "--json"));
    expect(difference(found(whole), found(JSON.parse((await bothPasses(lines, options)).text)))).toBeLessThan(1e-12);
  });

  it("is the answer without groups where every row is one of its own", async () => {
    const lines = linesOf({ rows: 400, subjects: 400, scattered: true }).map((line, r) =>
      line.replace(/,[^,]*$/, `,r${r}`),
    );
    const grouped = JSON.parse((await bothPasses(lines, [...one, "--missing", "drop", "--group", "subject"])).text);
    const alone = JSON.parse((await bothPasses(lines, [...one, "--missing", "drop"])).text);
    expect(difference(found(grouped), found(alone))).toBe(0);
  });

  it("keeps rows in the second pass only of groups that other shards have too, and no more than products", async () => {
    const lines = linesOf({ rows: 900, subjects: 150, scattered: false });
    const { errors } = await bothPasses(lines, [...one, "--missing", "drop", "--group", "subject"]);
    for (const each of errors) {
      const [{ dependent }] = JSON.parse(readFileSync(each, "utf8")).products;
      expect(dependent.kept).toEqual([]);
      // Only the first and the last subject of a shard can lie in another one.
      expect(dependent.open.length).toBeLessThanOrEqual(2);
    }
    const scattered = linesOf({ rows: 900, subjects: 30, scattered: true });
    const own = await bothPasses(scattered, [...one, "--missing", "drop", "--group", "subject"]);
    const { open } = JSON.parse(readFileSync(own.errors[4], "utf8")).products[0].dependent;
    expect(open).toHaveLength(30);
    for (const { deviations, products } of open) {
      expect(deviations).toBeNull();
      expect(products).toHaveLength(6 * 6);
    }
  });

  it("refuses what it cannot tell, with the reason", async () => {
    const lines = linesOf({ rows: 300, subjects: 40, scattered: true });
    const options = [...one, "--missing", "drop", "--group", "subject"];
    const { all } = await bothPasses(lines, options);
    await expect(run("--merge", all)).rejects.toThrow(/rows of one subject depend on one another .*--around/s);
    await run("--data", file("part1.csv"), ...one, "--missing", "drop", "--partial", file("without.partial"));
    await expect(run("--merge", file("part2.csv.partial"), file("without.partial"))).rejects.toThrow(
      "its group is null, there subject",
    );
    const strict = [...one, "--missing", "mean", "--group", "subject"];
    await expect(run("--data", file("part2.csv"), ...strict, "--partial", file("x.partial"))).rejects.toThrow(
      /part2\.csv: data row \d+: column "subject" says which rows depend on one another/,
    );
    const few = linesOf({ rows: 300, subjects: 7, scattered: true });
    await expect(bothPasses(few, options)).rejects.toThrow(/worth \d independent ones.*decompose the whole table/s);
    const single = few.map((line) => line.replace(/,[^,]*$/, ",s0"));
    await expect(bothPasses(single, options)).rejects.toThrow(/are of the group "s0", and one group does not show/);
  });
});
