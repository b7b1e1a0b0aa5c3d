import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../test/support/run-command.js";
import { Rng } from "../../math/rng.js";
import { command } from "./decompose.js";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-decompose-"));
  const rng = new Rng(1);
  const lines = ["id,y,y2,a1,a2,b1,b2,b3,site"];
  for (let r = 0; r < 300; r++) {
    const [a1, a2, b1, b2, b3] = [0, 1, 2, 3, 4].map(() => rng.normal());
    const y = a1 + b1 + rng.normal();
    lines.push([r, y, y + a2 + rng.normal(), a1, a2, b1, b2, b3, r % 3 === 2 ? "tiny" : "ab"[r % 3]].join(","));
  }
  // "tiny" keeps 10 rows
  let tiny = 0;
  const kept = lines.filter((line) => !line.endsWith(",tiny") || ++tiny <= 10);
  writeFileSync(file("t.csv"), `${kept.join("\n")}\n`);
  const gap = kept.map((line, i) => (i === 4 ? line.replace(/^(\d+,[^,]+,[^,]+),[^,]+/, "$1,") : line));
  writeFileSync(file("gap.csv"), `${gap.join("\n")}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command as the command line would; stdout as text. */
const run = async (...args: string[]) => (await runCommand(command, ["decompose", ...args])).printed;

const table = () => ["--data", file("t.csv"), "--modality", "a=a*", "--modality", "b=5:8", "--no-check"];

describe("the check of the Gaussian reading", () => {
  const checked = () => table().filter((word) => word !== "--no-check");

  it("is made unasked, and is told in text and in JSON", async () => {
    const { check, flags, checkLeftOut } = JSON.parse(await run(...checked(), "--target", "y", "--json"));
    expect([check.nonGaussian, check.informationFound, check.n]).toEqual([false, true, 210]);
    expect(check.readings.map((reading: { modalities: string[] }) => reading.modalities)).toEqual([
      ["a"],
      ["b"],
      ["a", "b"],
    ]);
    expect([flags.includes("non-gaussian"), checkLeftOut]).toEqual([false, undefined]);
    const text = await run(...checked(), "--target", "y");
    expect(text).toContain("Is the Gaussian reading enough?");
    expect(text).toContain("No information beyond the Gaussian reading was found with 210 rows");
  });

  it("is left out with --no-check, and aloud where rows were not kept", async () => {
    const off = JSON.parse(await run(...table(), "--target", "y", "--json"));
    expect([off.check, off.checkLeftOut]).toEqual([null, undefined]);
    expect(await run(...table(), "--target", "y")).not.toContain("reading is enough");
    const named = JSON.parse(await run(...checked(), "--check=false", "--target", "y", "--json"));
    expect([named.check, named.checkLeftOut]).toEqual([null, undefined]);
    await expect(run(...table(), "--check", "--target", "y")).rejects.toThrow("--check and --no-check: give one");
    const streamed = JSON.parse(await run(...checked(), "--target", "y", "--stream", "--json"));
    expect([streamed.check, streamed.checkLeftOut]).toEqual([null, "rows were not kept"]);
    expect(await run(...checked(), "--target", "y", "--stream")).toContain("was not checked: rows were not kept.");
    await expect(run(...checked(), "--target", "y", "--stream", "--check")).rejects.toThrow("but --check needs them");
    await expect(run("--covariance", file("cov.json"), "--check")).rejects.toThrow("--check needs the rows of a table");
  });
});

describe("atoms by flows", () => {
  it("stand beside those of the Gaussian reading, in text and in JSON", async () => {
    const flows = [...table(), "--target", "y", "--measure", "flow"];
    const { measure, flow, information } = JSON.parse(await run(...flows, "--json"));
    expect([measure, flow.n, flow.folds]).toEqual(["broja", 210, 3]);
    const { total } = flow.columnWise.information;
    expect(Math.abs(total - information.total)).toBeLessThan(0.2);
    expect(Math.abs(flow.heldOut.information.total - total)).toBeLessThan(0.4);
    expect(JSON.parse(await run(...table(), "--target", "y", "--json")).flow).toBeUndefined();
  });

  it("need rows, two modalities and a target of numbers", async () => {
    const flows = ["--target", "y", "--measure", "flow"];
    await expect(run(...table(), ...flows, "--stream")).rejects.toThrow("but --measure flow needs them");
    const covariance = ["--covariance", file("cov.json"), "--measure", "flow"];
    await expect(run(...covariance)).rejects.toThrow("--measure flow needs the rows of a table");
    await expect(run(...table(), "--modality", "c=y2", ...flows)).rejects.toThrow("two modalities tell, got 3");
  });
});

describe("pidreg decompose", () => {
  it("prints one JSON document with the contract's keys", async () => {
    const result = JSON.parse(await run(...table(), "--target", "y", "--json"));
    expect(result.unit).toBe("bits");
    expect(Object.keys(result.information.byModality)).toEqual(["a", "b"]);
    const { unique, redundancy, synergy, partialRedundancy } = result.atoms;
    expect(unique.a + unique.b + redundancy + synergy + partialRedundancy).toBeCloseTo(result.information.total, 10);
    expect(result.standardErrors.information.total).toBeGreaterThan(0);
    expect(result.rows).toEqual({ rowsRead: 210, rowsUsed: 210, rowsWithoutTarget: 0, rowsDropped: 0, imputed: {} });
    const { measure, atoms, standardErrors } = result.secondReading;
    expect(measure).toBe("idep");
    const ofSecond = [...Object.values<number>(atoms.unique), atoms.redundancy, atoms.synergy];
    expect(ofSecond.reduce((x, y) => x + y)).toBeCloseTo(result.information.total, 10);
    expect(standardErrors.atoms.unique.a).toBeGreaterThan(0);
    expect(result.flags).toEqual(["boundary"]); // a and b know equally much by construction
  });

  it("streams to the same atoms", async () => {
    const kept = JSON.parse(await run(...table(), "--target", "y,y2", "--json"));
    const streamed = JSON.parse(await run(...table(), "--target", "y,y2", "--json", "--stream"));
    expect(streamed.streamed).toBe(true);
    expect(streamed.standardErrorSource).toBe("gaussian");
    expect(streamed.information.total).toBeCloseTo(kept.information.total, 10);
    expect(streamed.atoms.unique.b).toBeCloseTo(kept.atoms.unique.b, 8);
  });

  it("names the row that carries an estimate, and counts copies, as text and as JSON", async () => {
    const [header, ...lines] = readFileSync(file("t.csv"), "utf8").trim().split("\n");
    // a row without a target is left out, and row numbers are still those of the table
    const gap = lines.map((line, i) => (i === 3 ? line.replace(/^(\d+),[^,]+/, "$1,") : line));
    const far = gap.map((line, i) => (i === 41 ? line.replace(/^(\d+),[^,]+,([^,]+),[^,]+/, "$1,1000,$2,1000") : line));
    writeFileSync(file("far.csv"), `${[header, ...far, far[9], far[9], far[12]].join("\n")}\n`);
    const args = ["--data", file("far.csv"), "--target", "y", "--modality", "a=a*", "--modality", "b=b*", "--no-check"];
    const result = JSON.parse(await run(...args, "--by", "site", "--json"));
    expect(result.influentialRows).toMatchObject({ rows: [42], of: null });
    expect(result.influentialRows.without.information.total).toBeLessThan(2);
    expect(result.groups[lines[41].endsWith("a") ? "a" : "b"].influentialRows.rows).toEqual([42]);
    expect(result.duplicates).toEqual({
      copies: 3,
      compared: 212,
      examples: [
        [211, 10],
        [212, 10],
        [213, 13],
      ],
    });
    expect(result.warnings.join("\n")).toMatch(
      /^data row 42 stands apart .* of the total: .*\ndata row 42 of site [ab] /,
    );
    const text = (await run(...args)).replace(/\s+/g, " ");
    expect(text).toMatch(
      /^Warning: data row 42 stands apart from all others and carries \d+ % of the variance of the total/,
    );
    expect(text).toContain(
      "Warning: 3 of 212 rows have the same values as an earlier row in every column used (211 of 10,",
    );
    const streamed = JSON.parse(await run(...args, "--json", "--stream"));
    expect(streamed.duplicates).toEqual({ copies: 3, compared: 212, examples: [] });
    expect(streamed.notes.join()).toContain("rows were not kept");
    const clean = JSON.parse(await run(...table(), "--target", "y", "--json"));
    expect(clean).toMatchObject({ influentialRows: null, duplicates: { copies: 0 }, warnings: [] });
    expect(await run(...table(), "--target", "y")).not.toContain("Warning");
  });

  it("decomposes by group, pooled too, and says why a group has no estimate", async () => {
    for (const extra of [[], ["--stream"]]) {
      const result = JSON.parse(await run(...table(), "--target", "y", "--by", "site", "--json", ...extra));
      expect(Object.keys(result.groups)).toEqual(expect.arrayContaining(["a", "b"]));
      expect(result.groups.a.n).toBe(100);
      expect(result.n).toBe(210);
    }
    const result = JSON.parse(await run(...table(), "--target", "y", "--by", "site", "--json"));
    expect(result.skippedGroups.tiny).toContain("at least 20 complete rows, got 10");
    expect(await run(...table(), "--target", "y", "--by", "site")).toContain("By site, bits");
  });

  it("writes per-row atoms whose means are the atoms, and a figure", async () => {
    const result = JSON.parse(
      await run(
        ...table(),
        "--target",
        "y",
        "--by",
        "site",
        "--json",
        "--local",
        file("l.csv"),
        "--figure",
        file("f.svg"),
      ),
    );
    const [header, ...rows] = readFileSync(file("l.csv"), "utf8").trim().split("\n");
    const columns = header.split(",");
    expect(columns).toEqual([
      "row",
      "site",
      "local.information.total",
      "local.information.a",
      "local.information.b",
      "local.unique.a",
      "local.unique.b",
      "local.redundancy",
      "local.synergy",
    ]);
    expect(rows).toHaveLength(210);
    const mean = (name: string) =>
      rows.reduce((sum, line) => sum + Number(line.split(",")[columns.indexOf(name)]) / rows.length, 0);
    expect(mean("local.synergy")).toBeCloseTo(result.atoms.synergy, 10);
    expect(mean("local.unique.b")).toBeCloseTo(result.atoms.unique.b, 10);
    expect(readFileSync(file("f.svg"), "utf8")).toMatch(/^<svg /);
  });

  it("drops or imputes missing values, and counts them", async () => {
    const gap = [
      "--data",
      file("gap.csv"),
      "--modality",
      "a=a*",
      "--modality",
      "b=b*",
      "--target",
      "y",
      "--json",
      "--no-check",
    ];
    await expect(run(...gap)).rejects.toThrow(/gap\.csv: column "a1", data row 4 has no value.*--missing drop/s);
    for (const stream of [[], ["--stream"]]) {
      expect(JSON.parse(await run(...gap, "--missing", "drop", ...stream)).rows.rowsUsed).toBe(209);
      expect(JSON.parse(await run(...gap, "--missing", "mean", ...stream)).rows.imputed).toEqual({ a1: 1 });
    }
  });

  it("reads a covariance, with infinite information as null", async () => {
    const cov = [
      [1, 1, 0.5],
      [1, 1, 0.5],
      [0.5, 0.5, 1],
    ];
    writeFileSync(file("c.json"), JSON.stringify({ cov, dm: 1, dims: [1, 1] }));
    const result = JSON.parse(await run("--covariance", file("c.json"), "--json"));
    expect(result.information.total).toBeNull();
    expect(result.flags).toContain("saturated");
    expect(result.information.byModality.Z2).toBeCloseTo(-0.5 * Math.log2(0.75), 12);
    expect(result.standardErrors).toBeNull();
    expect(JSON.parse(await run("--covariance", file("c.json")))).toEqual(result);
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    const text = await run("--covariance", file("c.json"));
    process.stdout.isTTY = isTTY;
    expect(text).toContain("infinite");
  });

  it.each([
    ["no table", [], "give a table with --data FILE"],
    ["no target", ["--data", "t.csv", "--modality", "a=a"], "--target COL is missing"],
    ["both inputs", ["--data", "t.csv", "--covariance", "c.json"], "--data needs the rows of a table"],
    [
      "negative count",
      ["--data", "t.csv", "--target", "y", "--bootstrap", "-1"],
      "--bootstrap: expected a whole number",
    ],
    ["level", ["--data", "t.csv", "--target", "y", "--level", "95"], "--level: expected a coverage between 0 and 1"],
    ["repeated", ["--data", "t.csv", "--data", "u.csv", "--target", "y"], "--data: given twice"],
  ])("refuses %s", async (_, args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it("refuses what does not fit the table, listing what exists", async () => {
    const y = ["--data", file("t.csv"), "--target", "y"];
    await expect(run(...y, "--modality", "a=a*")).rejects.toThrow("at least two modalities");
    await expect(run(...y, "--modality", "a=zz*", "--modality", "b=b*")).rejects.toThrow(
      /"zz\*" matches no column.*a1, a2/,
    );
    await expect(run(...y, "--modality", "a=y,a1", "--modality", "b=b*")).rejects.toThrow('column "y" is the target');
    await expect(run(...y, "--modality", "a=a*", "--modality", "b=a1,b1")).rejects.toThrow('part of modality "a"');
    await expect(run(...y, "--modality", "a=a*", "--modality", "a=b*")).rejects.toThrow("given twice");
    await expect(run(...table(), "--target", "z")).rejects.toThrow('there is no column "z"');
    await expect(run(...table(), "--target", "y", "--by", "nope")).rejects.toThrow('there is no column "nope"');
    await expect(run(...table(), "--target", "y", "--stream", "--bootstrap", "9")).rejects.toThrow(
      "--bootstrap needs them",
    );
    await expect(run(...table(), "--target", "y", "--transform-modalities")).rejects.toThrow(
      "give --transform inverse-normal too",
    );
  });
});

describe("values that mean missing", () => {
  /** The table with codes in some cells, and with the same cells empty. */
  function writeCoded() {
    const lines = readFileSync(file("t.csv"), "utf8").trim().split("\n");
    const codes = (code: (r: number) => string) =>
      lines.map((line, r) => (r % 20 === 7 ? line.replace(/^((?:[^,]+,){3})[^,]+/, `$1${code(r)}`) : line)).join("\n");
    writeFileSync(file("coded.csv"), `${codes((r) => ["-9999", "-9999.00"][r % 2])}\n`);
    writeFileSync(file("mixed.csv"), `${codes((r) => ["-9999", "-", "?"][r % 3])}\n`);
    writeFileSync(file("empty.csv"), `${codes(() => "")}\n`);
  }
  const columns = ["--modality", "a=a*", "--modality", "b=5:8"];
  const of = (name: string) => ["--data", file(name), ...columns, "--target", "y", "--no-check"];

  it("are left out like empty cells with --missing-values, streamed or not", async () => {
    writeCoded();
    for (const more of [[], ["--stream"]]) {
      const { settings: _, ...empty } = JSON.parse(
        await run(...of("empty.csv"), "--missing", "drop", "--json", ...more),
      );
      for (const [name, list] of [
        ["coded.csv", "-9999"],
        ["mixed.csv", "-9999,-,?"],
      ]) {
        const marks = [`--missing-values=${list}`, "--missing", "drop", "--json", ...more];
        const { settings, ...result } = JSON.parse(await run(...of(name), ...marks));
        expect(settings.missingValues).toEqual(list.split(","));
        expect(result).toEqual(empty);
        expect(result.rows.rowsDropped).toBeGreaterThan(5);
      }
    }
    await expect(run(...of("mixed.csv"))).rejects.toThrow('"a1": 7 cells, among them "-" and "?"');
    await expect(run(...of("coded.csv"), "--missing-values=,")).rejects.toThrow("--missing-values: names no value");
  });

  it("are warned of in text and JSON where they are used as numbers", async () => {
    writeCoded();
    for (const more of [[], ["--stream"]]) {
      const { warnings } = JSON.parse(await run(...of("coded.csv"), "--json", ...more));
      expect(warnings).toEqual([expect.stringMatching(/^-9999 .*"a1" \(\d+ of 210 values.*--missing-values=-9999/)]);
      const text = (await run(...of("coded.csv"), ...more)).replace(/\s+/g, " ");
      expect(text).toContain(`Warning: ${warnings[0]}.`);
    }
    expect(JSON.parse(await run(...of("t.csv"), "--json")).warnings).toEqual([]);
    expect(await run(...of("t.csv"))).not.toContain("Warning");
  });

  it("are names in a column of groups", async () => {
    const text = readFileSync(file("t.csv"), "utf8").replaceAll(/,b$/gm, ",NA");
    writeFileSync(file("na.csv"), text);
    const { groups } = JSON.parse(await run(...of("na.csv"), "--by", "site", "--json", "--missing-values=a"));
    expect(Object.keys(groups)).toEqual(["a", "NA"]);
  });

  it("do not go with a covariance", async () => {
    await expect(run("--covariance", file("c.json"), "--missing-values=-9")).rejects.toThrow(
      "--missing-values needs the rows of a table",
    );
  });

  it("leave too few rows: the loss is told first", async () => {
    const [header, ...rows] = readFileSync(file("t.csv"), "utf8").trim().split("\n");
    const gaps = rows.map((line, r) => (r < 1 ? line : line.replace(/^((?:[^,]+,){3})[^,]+/, "$1")));
    writeFileSync(file("few.csv"), `${[header, ...gaps].join("\n")}\n`);
    for (const more of [[], ["--stream"]]) {
      await expect(run(...of("few.csv"), "--missing", "drop", ...more)).rejects.toThrow(
        /few\.csv: Of 210 rows: 209 rows with missing values were left out\. Then: /,
      );
    }
  });
});

describe("covariance files", () => {
  const good = [
    [2, 0.5, 0.3],
    [0.5, 1, 0.2],
    [0.3, 0.2, 1],
  ];
  it.each([
    ["ragged", { cov: [[1, 2, 3], [1], [1, 2, 3]], dm: 1, dims: [1, 1] }, "row 1 has 1 entries"],
    ["sizes", { cov: good, dm: 1, dims: [1, 2] }, "make 4 variables"],
    ["null", { cov: [[2, null, 0], ...good.slice(1)], dm: 1, dims: [1, 1] }, "row 0, column 1 must be a finite number"],
    ["asymmetric", { cov: [[2, 0.4, 0.3], ...good.slice(1)], dm: 1, dims: [1, 1] }, "not symmetric"],
    [
      "indefinite",
      {
        cov: [
          [1, 0.9, -0.9],
          [0.9, 1, 0.9],
          [-0.9, 0.9, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      "positive semidefinite",
    ],
    ["one modality", { cov: good, dm: 1, dims: [2] }, '"dims"'],
    ["names", { cov: good, dm: 1, dims: [1, 1], names: ["a", "a"] }, "2 different names"],
  ])("refuses %s, naming the file", async (name, content, message) => {
    const path = file(`${name}.json`);
    writeFileSync(path, JSON.stringify(content));
    const failure = run("--covariance", path);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(path);
  });

  it("corrects and gives errors when the number of rows is known", async () => {
    writeFileSync(file("n.json"), JSON.stringify({ cov: good, dm: 1, dims: [1, 1], n: 500, names: ["u", "v"] }));
    const result = JSON.parse(await run("--covariance", file("n.json"), "--json"));
    expect(result.estimator).toBe("bias-corrected");
    expect(result.standardErrors.atoms.unique.u).toBeGreaterThan(0);
    await expect(run("--covariance", file("absent.json"))).rejects.toThrow("there is no such file");
  });
});

describe("--group", () => {
  const grouped = (name: string, change: (cells: string[], r: number) => string[]) => {
    const lines = readFileSync(file("t.csv"), "utf8").trimEnd().split("\n");
    const text = lines.map((line, i) => (i === 0 ? `${line},person` : change(line.split(","), i - 1).join(",")));
    writeFileSync(file(name), `${text.join("\n")}\n`);
    return ["--data", file(name), "--modality", "a=a*", "--modality", "b=5:8", "--target", "y", "--json", "--no-check"];
  };
  const people = () => grouped("people.csv", (cells, r) => [...cells, `p${r % 60}`]);

  it("is in the errors, the settings and the method, and leaves the values as they are", async () => {
    const alone = JSON.parse(await run(...people()));
    const found = JSON.parse(await run(...people(), "--group", "person"));
    expect(found.settings.group).toBe("person");
    expect(found.intervals.method).toContain("groups of rows");
    expect(found.standardErrors.information.total).not.toBe(alone.standardErrors.information.total);
    expect(found.information.total).toBeCloseTo(alone.information.total, 1);
  });

  it("one row per value is the answer without", async () => {
    const args = grouped("own.csv", (cells, r) => [...cells, `p${r}`]);
    const { settings: _, ...alone } = JSON.parse(await run(...args));
    const { settings: __, ...found } = JSON.parse(await run(...args, "--group", "person"));
    expect(found).toEqual(alone);
  });

  it("goes with --by, group by group, and with resampling", async () => {
    const found = JSON.parse(
      await run(...people(), "--group", "person", "--by", "site", "--bootstrap", "20", "--permutations", "20"),
    );
    expect(found.groups.a.intervals.method).toContain("groups of rows");
    expect(found.permutation.permutations).toBe(20);
  });

  it.each<[string, string[], RegExp]>([
    ["a row without a value", [], /row 4 \(header not counted\): column "person" .*must not be empty.*--missing drop/],
    ["a stream", ["--stream"], /--stream keeps no rows, but --group needs them/],
    ["the target", ["--group", "y"], /--group y: is the target/],
    ["a column of a modality", ["--group", "a1"], /column "a1" is the column of rows that depend on one another/],
    ["the column of --by", ["--by", "person"], /--group person: is the group column \(--by\)/],
    ["no column", ["--group", "persn"], /persn/],
  ])("refuses %s", async (what, more, message) => {
    const args = what.startsWith("a row")
      ? grouped("hole.csv", (cells, r) => [...cells, r === 3 ? "" : `p${r % 60}`])
      : people();
    const own = more.includes("--group") ? [] : ["--group", "person"];
    await expect(run(...args, ...own, ...more)).rejects.toThrow(message);
  });

  it("leaves rows without a value out under --missing drop, and counts them", async () => {
    const args = grouped("hole.csv", (cells, r) => [...cells, r === 3 ? "" : `p${r % 60}`]);
    const { rows } = JSON.parse(await run(...args, "--group", "person", "--missing", "drop"));
    expect(rows).toMatchObject({ rowsRead: 210, rowsUsed: 209, rowsDropped: 1 });
  });

  it("needs a table", async () => {
    writeFileSync(
      file("cov.json"),
      JSON.stringify({
        cov: [
          [1, 0.5, 0.5],
          [0.5, 1, 0],
          [0.5, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      }),
    );
    await expect(run("--covariance", file("cov.json"), "--group", "person")).rejects.toThrow(/--group needs the rows/);
  });
});
