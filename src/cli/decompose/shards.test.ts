import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference } from "../../../test/support/largest-difference.js";
import { runCommand } from "../../../test/support/run-command.js";
import { Rng } from "../../math/rng.js";
import { command } from "../commands/decompose.js";

let folder: string;
const file = (name: string) => join(folder, name);
const shards = 5;
const header = "y,a1,a2,a3,b1,b2,site";
let lines: string[];

const run = async (...args: string[]) => (await runCommand(command, ["decompose", ...args])).printed;
const write = (name: string, rows: readonly string[], head = header) =>
  writeFileSync(file(name), `${[head, ...rows].join("\n")}\n`);

/** Of large means, which cost digits where moments are merged badly, with gaps in modalities and target. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-shards-"));
  const rng = new Rng(5);
  lines = Array.from({ length: 900 }, (_, r) => {
    const a = [1e6 + rng.normal(), rng.normal(), 100 * rng.normal()];
    const b = [a[1] + rng.normal(), rng.normal()];
    const y = Math.round(50 * (a[1] + b[1] + rng.normal())) / 50;
    const cells: (string | number)[] = [y, ...a, ...b, "xyz"[Math.floor(rng.uniform() * 3)]];
    if (r % 17 === 3) cells[2] = "";
    if (r % 29 === 3) cells[4] = "";
    if (r % 53 === 1) cells[0] = "";
    return cells.join(",");
  });
  write("whole.csv", lines);
  for (let k = 0; k < shards; k++) write(`part${k}.csv`, partOf(k));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Shards of unequal sizes; the first is smaller than any decomposition takes. */
function partOf(k: number): string[] {
  const ends = [0, 15, 100, 500, 501, 900];
  return lines.slice(ends[k], ends[k + 1]);
}

const columns = ["--target", "y", "--modality", "a=a*", "--modality", "b=b*"];
const partial = async (k: number | string, ...more: string[]) => {
  const out = file(`${k}.partial`);
  await run("--data", file(`part${k}.csv`), ...columns, "--partial", out, ...more);
  return out;
};
const all = async (...more: string[]) => {
  const made: string[] = [];
  for (let k = 0; k < shards; k++) made.push(await partial(k, ...more));
  return made;
};

/** What a whole table and its shards must say alike. */
function findings(text: string): object {
  const { warnings: _w, shards: _s, targetKind: _k, duplicates: _d, ...rest } = JSON.parse(text);
  return rest;
}

describe("decompose --partial and --merge", () => {
  it.each([
    ["drop", []],
    ["mean", []],
    ["drop", ["--by", "site"]],
    ["mean", ["--by", "site"]],
  ])("come to the answer of the whole table, errors and intervals too: --missing %s %s", async (missing, by) => {
    const options = ["--missing", missing, ...by];
    const whole = await run("--data", file("whole.csv"), ...columns, ...options, "--stream", "--json");
    const made = await all(...options);
    for (const order of [made, [...made].reverse()]) {
      expect(difference(findings(whole), findings(await run("--merge", ...order, "--json")))).toBeLessThan(1e-12);
    }
    const two = [file("left.partial"), file("right.partial")];
    await run("--merge", ...made.slice(0, 2), "--partial", two[0]);
    await run("--merge", ...made.slice(2), "--partial", two[1]);
    const tree = await run("--merge", ...two, "--json");
    expect(difference(findings(whole), findings(tree))).toBeLessThan(1e-12);
    expect(JSON.parse(tree).shards.map(({ rows }: { rows: number }) => rows)).toEqual([15, 85, 400, 1, 399]);
  });

  it.each([
    ["drop", []],
    ["mean", []],
    ["drop", ["--by", "site"]],
  ])(
    "have errors of the rows themselves after a second pass, as a table in memory: --missing %s %s",
    async (missing, by) => {
      const options = ["--missing", missing, ...by];
      const merged = file("all.partial");
      await run("--merge", ...(await all(...options)), "--partial", merged);
      const errors: string[] = [];
      for (let k = 0; k < shards; k++) {
        const out = file(`${k}.errors`);
        await run("--data", file(`part${k}.csv`), ...columns, ...options, "--partial", out, "--around", merged);
        errors.push(out);
      }
      const whole = JSON.parse(await run("--data", file("whole.csv"), ...columns, ...options, "--no-check", "--json"));
      const found = JSON.parse(await run("--merge", merged, "--errors", ...errors, "--json"));
      const judged = ({ standardErrors, intervals, contrasts, gain, standardErrorSource }: typeof whole) => ({
        ...{ standardErrors, intervals, contrasts, gain, standardErrorSource },
      });
      expect(found.standardErrorSource).toBe("rows");
      expect(difference(judged(whole), judged(found))).toBeLessThan(1e-12);
      for (const name of Object.keys(whole.groups ?? {})) {
        expect(difference(judged(whole.groups[name]), judged(found.groups[name])), name).toBeLessThan(1e-12);
      }
      const normal = JSON.parse(await run("--merge", merged, "--json"));
      expect(difference(judged(whole).standardErrors, normal.standardErrors)).toBeGreaterThan(1e-6);
      await expect(run("--merge", merged, "--errors", ...errors.slice(1))).rejects.toThrow(
        /those of .*part0\.csv are missing/,
      );
      await expect(run("--merge", merged, "--errors", ...errors, errors[0])).rejects.toThrow("must not count twice");
      const other = file("other.partial");
      await run("--merge", file("0.partial"), file("1.partial"), "--partial", other);
      await expect(run("--merge", other, "--errors", ...errors)).rejects.toThrow("was made around other moments");
      const stranger = [
        "--data",
        file("part3.csv"),
        ...columns,
        ...options,
        "--partial",
        file("x.errors"),
        "--around",
        other,
      ];
      await expect(run(...stranger)).rejects.toThrow(/part3\.csv: is no shard of .*other\.partial/);
    },
  );

  it("cap what a target with ties can hold as the whole table does", async () => {
    const tied = (rows: readonly string[]) =>
      rows.map((line) => line.replace(/^(-?)([\d.]+)/, (_, s, n) => `${s}${Math.round(n)}`));
    write("whole-tied.csv", tied(lines));
    for (let k = 0; k < shards; k++) write(`part-tied${k}.csv`, tied(partOf(k)));
    const options = ["--missing", "drop"];
    const whole = await run("--data", file("whole-tied.csv"), ...columns, ...options, "--stream", "--json");
    const made: string[] = [];
    for (let k = 0; k < shards; k++) made.push(await partial(`-tied${k}`, ...options));
    const merged = await run("--merge", ...made, "--json");
    expect(difference(findings(whole), findings(merged))).toBeLessThan(1e-12);
    const { rows, values } = JSON.parse(readFileSync(made[4], "utf8")).values.all;
    expect(values.reduce((sum: number, [, count]: [number, number]) => sum + count, 0)).toBe(rows);
  });

  it("say that copies were looked for inside shards only", async () => {
    const { printed, told } = await runCommand(command, ["decompose", "--merge", ...(await all("--missing", "drop"))]);
    expect(`${printed}${told}`.replaceAll("\n", " ")).toContain("within their shard only");
  });

  it("refuse shards of other columns or options, with the reason", async () => {
    const first = await partial(1, "--missing", "drop");
    const kept = file("kept.partial");
    copyFileSync(first, kept);
    const refused = (...more: string[]) => expect(run("--merge", kept, ...more)).rejects;
    await refused(await partial(2, "--missing", "mean")).toThrow(
      /2\.partial: is no shard of the table of .*kept\.partial: its missing is mean, there drop/,
    );
    await refused(await partial(2, "--missing", "drop", "--by", "site")).toThrow(/its by is site, there null/);
    await refused(await partial(2, "--missing", "drop", "--missing-values=-9")).toThrow(
      /its missing values are \["-9"\]/,
    );
    await run(
      "--data",
      file("part2.csv"),
      ...columns.with(3, "a=a1,a2"),
      "--missing",
      "drop",
      "--partial",
      file("o.partial"),
    );
    await refused(file("o.partial")).toThrow(/its modalities are .*a1.*a2/);
  });

  it("refuse a shard that is given twice, under another name or inside merged ones", async () => {
    const [a, b] = [await partial(1, "--missing", "drop"), await partial(2, "--missing", "drop")];
    await expect(run("--merge", a, b, a)).rejects.toThrow(/holds the rows of .*part1\.csv, which .* holds too/);
    copyFileSync(file("part1.csv"), file("partagain.csv"));
    await expect(run("--merge", a, await partial("again", "--missing", "drop"))).rejects.toThrow(
      "must not count twice",
    );
    await run("--merge", a, b, "--partial", file("both.partial"));
    await expect(run("--merge", file("both.partial"), b)).rejects.toThrow("must not count twice");
    const several = file("several.partial");
    await run("--data", file("part[12].csv"), ...columns, "--missing", "drop", "--partial", several);
    await expect(run("--merge", several, b)).rejects.toThrow(/holds the rows of .*part2\.csv, which .*several/);
  });

  it.each([[], ["--stream"], ["--partial"]])("refuse a separator at the end of one row alone: %s", async (...how) => {
    write("ends.csv", lines.with(450, `${lines[450]},`));
    const asked = how.flatMap((option) => [option, ...(option === "--partial" ? [file("ends.partial")] : [])]);
    const read = run("--data", file("ends.csv"), ...columns, "--missing", "drop", ...asked);
    await expect(read).rejects.toThrow(/ends\.csv: row 451 .*line 452 has 8 fields, the last of them empty/);
  });

  it("refuse a damaged file, and one of another kind", async () => {
    const made = await partial(1, "--missing", "drop");
    const text = readFileSync(made, "utf8");
    writeFileSync(
      file("bad.partial"),
      text.replace(/\d(?=\.\d)/, (digit) => String((Number(digit) + 1) % 10)),
    );
    await expect(run("--merge", file("bad.partial"))).rejects.toThrow("was damaged or edited");
    await expect(run("--merge", file("whole.csv"))).rejects.toThrow("is no file of decompose --partial");
  });

  it.each([
    ["--bootstrap", "10"],
    ["--permutations", "9"],
    ["--transform", "inverse-normal"],
    ["--check"],
    ["--local", "local.csv"],
    ["--estimator", "cross-fitted"],
    ["--measure", "flow"],
    ["--target-kind", "class"],
  ])("refuse what no moments can tell: %s", async (...choice) => {
    const words = choice.map((word) => (word === "local.csv" ? file(word) : word));
    await expect(partial(1, "--missing", "drop", ...words)).rejects.toThrow(/--partial|goes with|numbers/);
  });

  it.each([
    ["only a header", [], /has no row that can be used, and adds nothing/],
    ["targets that are all missing", [",1,2,3,4,5,x", ",2,3,4,5,6,y"], /has no row that can be used, and adds nothing/],
  ])("shards with %s add nothing, which is said", async (_, rows, said) => {
    const made = await all("--missing", "drop");
    const alone = JSON.parse(await run("--merge", ...made, "--json"));
    const empty: string[] = [];
    for (const k of ["none1", "none2"]) {
      write(`part${k}.csv`, k === "none1" || rows.length === 0 ? rows : rows.slice(1));
      const { printed, told } = await runCommand(command, [
        ...["decompose", "--data", file(`part${k}.csv`), ...columns, "--missing", "drop"],
        ...["--partial", file(`${k}.partial`)],
      ]);
      expect(`${printed}${told}`.replaceAll("\n", " ")).toMatch(said);
      empty.push(file(`${k}.partial`));
    }
    for (const order of [
      [...empty, ...made],
      [...made, ...empty],
    ]) {
      const found = JSON.parse(await run("--merge", ...order, "--json"));
      expect(found.warnings.join(" ")).toMatch(/partnone1\.csv has no row that can be used, and adds nothing/);
      expect(found.rows.rowsUsed).toBe(alone.rows.rowsUsed);
      expect(
        difference({ ...alone, warnings: 0, shards: 0, rows: 0 }, { ...found, warnings: 0, shards: 0, rows: 0 }),
      ).toBe(0);
    }
    const merged = file("with-none.partial");
    await run("--merge", ...made, ...empty, "--partial", merged);
    const errors: string[] = [];
    for (const k of [0, 1, 2, 3, 4, "none1", "none2"]) {
      const again = ["--data", file(`part${k}.csv`), ...columns, "--missing", "drop", "--around", merged];
      await run(...again, "--partial", file(`${k}.errors`));
      errors.push(file(`${k}.errors`));
    }
    const found = JSON.parse(await run("--merge", merged, "--errors", ...errors, "--json"));
    expect(found.standardErrorSource).toBe("rows");
  });

  it("speak of --partial where the target is text", async () => {
    write("parttext.csv", ["low,1,2,3,4,5,x", "high,2,3,4,5,6,y"]);
    await expect(partial("text")).rejects.toThrow(/target "y" is text \("low"\).*--partial writes moments of numbers/);
  });

  it.each([["--merge"], ["--covariance"]])("refuse --missing beside %s, which has no rows", async (instead) => {
    await expect(run(instead, file("none"), "--missing", "drop")).rejects.toThrow(
      "--missing needs the rows of a table",
    );
  });

  it("say of a shard of few values what the one pass says, and when they are merged", async () => {
    const halves = lines.map((line, r) => [r % 2, ...line.split(",").slice(1)].join(","));
    write("few.csv", [...halves.slice(0, 300), ",1,2,3,4,5,x"]);
    write("fewer.csv", halves.slice(300, 302));
    const read = ["--missing", "drop", ...columns];
    const out = (name: string) => file(`${name}.partial`);
    const few =
      "y takes 2 different values (entropy 1.00 bits), read as numbers here: a Gaussian reading of so few values neither bounds";
    const plain = (text: string) => text.replace(/\s+/g, " ");
    const told = plain(await run("--data", file("few.csv"), ...read, "--partial", out("few")));
    expect(told).toContain(`Warning: ${few} nor matches their information`);
    expect(told).toContain("y read as a number: --partial belongs to that reading");
    expect(told).toMatch(/moments of \d+ rows of \S+few\.csv in \S+few\.partial/);
    expect(told).toMatch(
      /Of 301 rows: 1 row without a target was left out; \d+ rows with missing values were left out\./,
    );
    // as the one pass does
    const one = plain(await run("--data", file("few.csv"), ...read, "--stream"));
    expect(one).toContain(`Warning: ${few}`);
    expect(one).toContain("y read as a number: --stream belongs to that reading");
    const json = JSON.parse(await run("--data", file("few.csv"), ...read, "--partial", out("few"), "--json"));
    const targetKind = { kind: "number", reason: "--partial belongs to that reading" };
    expect(json).toEqual({ partial: out("few"), targetKind, warnings: [expect.stringContaining(few)] });
    const streamed = JSON.parse(await run("--data", file("few.csv"), ...read, "--stream", "--json"));
    expect(streamed.warnings[0]).toBe(json.warnings[0]);
    // two rows tell nothing of how many values there are; all together do
    const small = await run("--data", file("fewer.csv"), ...read, "--partial", out("fewer"));
    expect(plain(small)).not.toContain("different values");
    expect(plain(await run("--merge", out("few"), out("fewer")))).toContain(`Warning: ${few}`);
    // nobody is told who asked for numbers
    const asked = [...read, "--target-kind", "number", "--partial", out("asked")];
    const numbers = await run("--data", file("few.csv"), ...asked);
    expect(numbers).not.toContain("different values");
    expect(numbers).toContain("y read as a number: as asked");
    // of many values there is nothing to say
    expect(await run("--data", file("whole.csv"), ...read, "--partial", out("whole"))).not.toContain("Warning");
  });

  it("say of a shard what its numbers may mean, and of one without rows only that", async () => {
    write(
      "marked.csv",
      lines.slice(0, 300).map((line, r) => (r % 40 === 7 ? line.replace(/^[^,]*/, "-999") : line)),
    );
    const read = ["--data", file("marked.csv"), "--missing", "drop", ...columns];
    const warnings = (text: string) => (JSON.parse(text).warnings as string[]).filter((each) => each.includes("-999"));
    const one = warnings(await run(...read, "--stream", "--json"));
    expect(one).toHaveLength(1);
    expect(warnings(await run(...read, "--partial", file("marked.partial"), "--json"))).toEqual(one);
    write("rowless.csv", []);
    const none = await run("--data", file("rowless.csv"), ...columns, "--partial", file("rowless.partial"));
    expect(none).toMatch(/^\S+rowless\.partial: \S+rowless\.csv has no row that can be used/);
    expect(none).not.toContain("read as");
  });

  it("refuse columns beside shards", async () => {
    const made = await partial(1, "--missing", "drop");
    await expect(run("--merge", made, "--target", "y")).rejects.toThrow(
      "--target needs the rows of a table, which --merge",
    );
    await expect(run("--merge", made, "--data", file("whole.csv"))).rejects.toThrow("leave --data out");
  });
});

describe("several files as one table", () => {
  it("are read in the order of their names, and are the whole table to the last bit", async () => {
    const options = [...columns, "--missing", "drop", "--no-check", "--json"];
    const whole = await run("--data", file("whole.csv"), ...options);
    expect(difference(findings(whole), findings(await run("--data", file("part[0-9].csv"), ...options)))).toBe(0);
  });

  it("are refused where one has other columns, or the pattern matches nothing", async () => {
    write("other1.csv", ["1,2"], "y,a1");
    write("other2.csv", ["1,2"], "y,a2");
    const options = ["--target", "y", "--modality", "a=a1", "--modality", "b=a1"];
    await expect(run("--data", file("other?.csv"), ...columns)).rejects.toThrow();
    write("other1.csv", lines.slice(0, 50));
    await expect(run("--data", file("other?.csv"), ...columns)).rejects.toThrow(/other2\.csv: has no column "a1"/);
    await expect(run("--data", file("none*.csv"), ...options)).rejects.toThrow(/none\*\.csv: matches no file in/);
  });
});
