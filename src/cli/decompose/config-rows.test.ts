import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../test/support/run-command.js";
import { loadConfig } from "../../config/load.js";
import { loadDataset } from "../../data/load-dataset.js";
import { Rng } from "../../math/rng.js";
import { command } from "../commands/decompose.js";
import { asTrained } from "./as-trained.js";

const rows = 200;
let folder = "";
const file = (name: string) => path.join(folder, name);

/** Two tables of the same rows, the second with decimal commas, a mark and other names of ids; and both in one. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pidreg-config-rows-"));
  const rng = new Rng("config rows");
  const one = ["id,site,sex,y,a1,a2"];
  const two = ["who;b1;b2"];
  const both = ["id,site,sex,y,a1,a2,b1,b2"];
  for (let i = 0; i < rows; i++) {
    const [a1, a2, b1, b2, e] = Array.from({ length: 5 }, () => Number(rng.normal().toFixed(4)));
    const gap = i === 20;
    const own = [`r${i}`, `s${i % 20}`, "MF"[i % 2], a1 + b1 + e, a1, a2];
    one.push(own.join(","));
    two.push([`r${i}`, gap ? "-9999" : b1, b2].join(";").replaceAll(".", ","));
    if (!gap) both.push([...own, b1, b2].join(","));
  }
  writeFileSync(file("one.csv"), `${one.join("\n")}\n`);
  writeFileSync(file("two.csv"), `${two.join("\n")}\n`);
  writeFileSync(file("both.csv"), `${both.join("\n")}\n`);
  writeFileSync(file("c.yaml"), config(""));
  writeFileSync(file("grouped.yaml"), config("  group: site\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(more: string): string {
  return `name: c
data:
  file: one.csv
  join: id
  target: y
  missing: drop
  missingValues: [-9999]
${more}  modalities:
    a: { columns: [a1, a2], categories: [sex] }
    b: { file: two.csv, key: who, decimal: ",", columns: ["b*"] }
`;
}

/** Runs the command as the command line would: what it prints, and what it tells. */
const run = (...args: string[]) => runCommand(command, ["decompose", ...args]);

const json = async (...args: string[]) => JSON.parse((await run(...args, "--no-check", "--json")).printed);

describe("decompose CONFIG", () => {
  it("says that it reads what trainings screen", async () => {
    writeFileSync(
      file("screened.yaml"),
      config("").replace('columns: ["b*"]', 'columns: ["b*"], screen: { columns: 1 }'),
    );
    const { told } = await run(file("screened.yaml"), "--no-check", "--json");
    expect(told).toContain("all columns of b are read: each training screens them anew, on its own training rows");
    expect((await run(file("c.yaml"), "--no-check", "--json")).told).not.toContain("screens");
  });

  it("finds in all rows of a config what the same columns of one table tell", async () => {
    const table = ["--data", file("both.csv"), "--target", "y", "--modality", "a=a1,a2,sex", "--modality", "b=b1,b2"];
    const known = await json(...table, "--category", "sex");
    const found = await json(file("c.yaml"), "--part", "all");
    expect(found.rows.rowsUsed).toBe(rows - 1);
    expect(found.information.total).toBeCloseTo(known.information.total, 10);
    expect(found.atoms.redundancy).toBeCloseTo(known.atoms.redundancy, 10);
    expect(found.information.byModality.b).toBeCloseTo(known.information.byModality.b, 10);
    const dependent = await json(file("grouped.yaml"), "--part", "all");
    const said = await json(...table, "--category", "sex", "--group", "site");
    expect(dependent.standardErrors.information.total).toBeCloseTo(said.standardErrors.information.total, 10);
    expect(dependent.settings.group).toBe("site");
  });

  it("leaves the test part out unless it is asked for, and says so", async () => {
    const { told, printed } = await run(file("c.yaml"), "--no-check");
    expect(told).toMatch(/159 of 199 rows are read, training and validation part .* the test part stays unseen/);
    expect(printed).toMatch(/training and validation rows; 159 rows/);
    expect((await json(file("c.yaml"))).settings).toMatchObject({ part: "train+validation", missing: "drop" });
    expect((await json(file("c.yaml"), "--part", "train")).rows.rowsUsed).toBe(139);
    expect((await run(file("c.yaml"), "--part", "all", "--no-check")).told).toMatch(/the test part among them/);
  });

  it("takes harmonise, confounds, missingIndicator and dates as training does, fitted on the training rows", async () => {
    const rng = new Rng("as trained");
    const line = (i: number) => {
      const [a, b, icv, e] = Array.from({ length: 4 }, () => rng.normal());
      const date = `2024-0${1 + (i % 9)}-1${i % 9}`;
      return [a + e, 3 * icv + a, i % 7 === 0 ? "" : b, date, icv, i % 2 === 0 ? "x" : "z"].join(",");
    };
    const lines = Array.from({ length: rows }, (_, i) => line(i));
    writeFileSync(file("t.csv"), `${["y,a1,b1,when,icv,site", ...lines].join("\n")}\n`);
    const modalities = "{ a: [a1], b: { columns: [b1], dates: { when: [trend] } } }";
    const text = `name: t\ndata: { file: t.csv, target: y, missing: mean, modalities: ${modalities} }\n`;
    writeFileSync(file("t.yaml"), text);
    const columnsOf = async (...set: string[]) => {
      const { config, baseFolder } = await loadConfig(file("t.yaml"), set);
      const dataset = await loadDataset(config.data, baseFolder);
      return asTrained(
        dataset,
        Int32Array.from({ length: 100 }, (_, i) => i),
        config.data,
      ).dataset.modalities[1].columns;
    };
    expect(await columnsOf()).toEqual(["b1", "when (days)"]);
    expect(await columnsOf("data.missingIndicator=true")).toEqual(["b1", "when (days)", "missing(b1)"]);
    const plain = await json(file("t.yaml"));
    // What icv puts into a1 hides what it knows of y.
    const freed = await run(file("t.yaml"), "--no-check", "--json", "--set", "data.confounds=[icv]");
    expect(JSON.parse(freed.printed).information.byModality.a).toBeGreaterThan(plain.information.byModality.a + 0.3);
    expect(freed.told).toMatch(
      /data\.confounds: icv taken out, over the training rows .* of the variance of a on average/,
    );
    const sites = await run(file("t.yaml"), "--no-check", "--json", "--set", "data.harmonise={ site: site }");
    expect(sites.told).toMatch(/differences between 2 sites of "site" taken out/);
    expect(sites.told).not.toMatch(/not applied/);
    expect(JSON.parse(sites.printed).information.total).not.toBe(plain.information.total);
  });

  it("takes overrides of the config, and of nothing else", async () => {
    expect(
      (await json(file("c.yaml"), "--set", "data.split={ train: 0.5, validation: 0.2, test: 0.3 }", "--part", "train"))
        .rows.rowsUsed,
    ).toBe(99);
    await expect(run(file("c.yaml"), "--set", "data.splitt=1")).rejects.toThrow(/splitt/);
    await expect(run("--data", file("both.csv"), "--target", "y", "--set", "seed=2")).rejects.toThrow(
      /--set goes with a config/,
    );
  });

  it("names rows of --local as a run does, and divides them by a column", async () => {
    await run(file("grouped.yaml"), "--by", "sex", "--local", file("l.csv"), "--no-check");
    expect(readFileSync(file("l.csv"), "utf8")).toMatch(/^row,sex,.*\nr\d+,[MF],/);
    const byGroup = await run(file("grouped.yaml"), "--by", "site", "--no-check", "--json", "--part", "all");
    expect(JSON.parse(byGroup.printed).by).toBe("site");
    expect(byGroup.told).toMatch(/independent within the groups of --by/);
  });

  it("reads a target of few values as classes", async () => {
    const text = readFileSync(file("both.csv"), "utf8").split("\n");
    const few = text.map((line, i) =>
      i === 0 || line === ""
        ? line
        : line
            .split(",")
            .with(3, Number(line.split(",")[3]) > 0 ? "1" : "0")
            .join(","),
    );
    writeFileSync(file("few.csv"), few.join("\n"));
    const modalities = "{ a: [a1, a2], b: [b1, b2] }";
    writeFileSync(file("few.yaml"), `name: few\ndata: { file: few.csv, target: y, modalities: ${modalities} }\n`);
    expect((await json(file("few.yaml"))).targetKind.kind).toBe("class");
  });

  it("reads the target as the config says: words as classes, and numbers of few values as what they are called", async () => {
    const lines = readFileSync(file("few.csv"), "utf8").split("\n");
    const named = lines.map((line, i) =>
      i === 0 || line === ""
        ? line
        : line
            .split(",")
            .with(3, line.split(",")[3] === "1" ? "ill" : "well")
            .join(","),
    );
    writeFileSync(file("named.csv"), named.join("\n"));
    const modalities = "{ a: [a1, a2], b: [b1, b2] }";
    const said = (name: string, target: string) =>
      writeFileSync(
        file(name),
        `name: x\ndata: { file: ${name.replace(".yaml", ".csv")}, target: ${target}, modalities: ${modalities} }\n`,
      );
    said("named.yaml", "y");
    const words = await json(file("named.yaml"));
    expect([words.targetKind.kind, words.classes.labels]).toEqual(["class", ["ill", "well"]]);
    said("few.yaml", "{ column: y, kind: number }");
    expect((await json(file("few.yaml"), "--no-check")).targetKind).toEqual({ kind: "number", reason: "as asked" });
    said("few.yaml", "{ column: y, kind: class }");
    expect((await json(file("few.yaml"))).targetKind).toEqual({ kind: "class", reason: "as asked" });
  });

  it.each([
    ["--data", ["--data", "t.csv"]],
    ["--covariance", ["--covariance", "c.json"]],
    ["--target", ["--target", "y"]],
    ["--modality", ["--modality", "a=a1"]],
    ["--category", ["--category", "sex"]],
    ["--missing-values", ["--missing-values=-1"]],
    ["--decimal", ["--decimal", ","]],
    ["--stream", ["--stream"]],
    ["--missing mean", ["--missing", "mean"]],
    ["--group sex", ["--group", "sex"]],
  ])("%s is refused beside a config", async (name, options) => {
    await expect(run(file("c.yaml"), ...options)).rejects.toThrow(name);
  });

  it("refuses arrays with the reason, a single modality, and --part without a config", async () => {
    const array = "pic: { kind: array, array: p.npy, index: a1 }";
    writeFileSync(
      file("array.yaml"),
      `name: x\ndata: { file: one.csv, target: y, modalities: { a: [a1], ${array} } }\n`,
    );
    await expect(run(file("array.yaml"))).rejects.toThrow(
      /data\.modalities\.pic: is of kind array, and only columns of tables/,
    );
    writeFileSync(file("single.yaml"), "name: x\ndata: { file: one.csv, target: y, modalities: { a: [a1] } }\n");
    await expect(run(file("single.yaml"))).rejects.toThrow(/at least two modalities, the config has a/);
    await expect(run("--data", file("both.csv"), "--target", "y", "--part", "all")).rejects.toThrow(
      /--part goes with a config/,
    );
  });

  it("columns of one name in two tables stay two columns", async () => {
    writeFileSync(file("same.csv"), readFileSync(file("two.csv"), "utf8").replace("who;b1;b2", "who;a1;a2"));
    writeFileSync(file("same.yaml"), config("").replace("two.csv", "same.csv").replace('"b*"', "a1, a2"));
    const [same, other] = [await json(file("same.yaml"), "--part", "all"), await json(file("c.yaml"), "--part", "all")];
    expect(same.information).toEqual(other.information);
  });
});
