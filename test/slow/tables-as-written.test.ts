import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { fit as fitRows } from "../../src/index.js";
import { Rng } from "../../src/math/rng.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const at = (name: string) => path.join(folder, name);
const run = (...args: string[]) => pidreg(args, folder);
const train = (config: string, out: string, ...more: string[]) =>
  run("train", config, "--out", out, "--quiet", ...tinyModel, ...more);
const weights = (name: string) => readFile(at(`${name}/model/weights.safetensors`));
const predictions = async (name: string) =>
  (await readFile(at(name), "utf8"))
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[2]));

const rng = new Rng(4);
const table = Array.from({ length: 400 }, (_, i) => {
  const [a, b, c] = [rng.normal(), rng.normal(), rng.normal()].map((value) => Number((1500 + 100 * value).toFixed(2)));
  const sex = rng.uniform() < 0.5 ? "F" : "M";
  const site = ["A", "B", "C"][i % 3];
  return {
    id: `p${i}`,
    y: Number((a + b + (sex === "M" ? 80 : 0) + 50 * rng.normal()).toFixed(2)),
    a,
    b,
    c,
    sex,
    site,
  };
});
const plain = (rows = table) => `id,y,a,b,c,sex,site\n${rows.map((row) => Object.values(row).join(",")).join("\n")}\n`;
/** The same as a German spreadsheet would export it. */
const german = () => {
  const number = (value: number) => {
    const [whole, fraction = ""] = String(value).split(".");
    return `${whole.replace(/\B(?=(\d{3})+$)/g, ".")}${fraction === "" ? "" : `,${fraction}`}`;
  };
  const cells = (row: (typeof table)[number]) =>
    Object.values(row).map((value) => (typeof value === "number" ? number(value) : value));
  const rows = table.map((row, i) => `${i === 7 ? "% remark\n" : ""}${cells(row).join(";")};`);
  return `sep=;\n% export\nid;y;a;b;c;sex;site\n;mm;mm;mm;mm;;;\n${rows.join("\n")}\n`;
};
const config = (file: string, modalities: string, more = "") =>
  `name: t\ndata:\n  file: ${file}\n  target: y\n  id: id\n${more}  modalities:\n${modalities}`;
const numbers = "    m: { columns: [a, b] }\n    n: { columns: [c] }\n";

beforeAll(async () => {
  await requireBuild();
  await writeFile(at("plain.csv"), plain());
  await writeFile(at("german.csv"), german());
  const said = '  decimal: ","\n  thousands: "."\n  comment: "%"\n  unitsRow: true\n';
  await writeFile(at("plain.yaml"), config("plain.csv", numbers));
  await writeFile(at("german.yaml"), config("german.csv", numbers, said));
  const categories = "    m: { columns: [a, b] }\n    n: { columns: [c], categories: [sex, site] }\n";
  await writeFile(at("words.yaml"), config("plain.csv", categories));
  const coded = table.map(({ sex, site, ...row }) =>
    [...Object.values(row), Number(sex === "M"), ...["A", "B", "C"].map((name) => Number(site === name))].join(","),
  );
  await writeFile(at("coded.csv"), `id,y,a,b,c,sex=M,site=A,site=B,site=C\n${coded.join("\n")}\n`);
  const columns = '    m: { columns: [a, b] }\n    n: { columns: [c, "sex=M", "site=?"] }\n';
  await writeFile(at("coded.yaml"), config("coded.csv", columns));
});

describe("a table in a dialect of its own", () => {
  it("trains the model of the plain one, and the model knows the dialect", async () => {
    const results = await Promise.all([train("plain.yaml", "plain"), train("german.yaml", "german")]);
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(await weights("german")).toEqual(await weights("plain"));
    await succeeds(["predict", "german", "--data", "german.csv", "--out", "gg.csv"], folder);
    await succeeds(
      [
        "predict",
        "german",
        "--data",
        "plain.csv",
        "--out",
        "gp.csv",
        "--decimal",
        ".",
        "--thousands",
        "none",
        "--comment",
        "none",
        "--units-row=false",
      ],
      folder,
    );
    const german = ["--decimal", ",", "--thousands", ".", "--comment", "%", "--units-row"];
    await succeeds(["predict", "plain", "--data", "german.csv", "--out", "pg.csv", ...german], folder);
    await succeeds(["predict", "plain", "--data", "plain.csv", "--out", "pp.csv"], folder);
    const [expected, ...others] = await Promise.all(["pp.csv", "pg.csv", "gp.csv", "gg.csv"].map(predictions));
    expect(expected).toHaveLength(400);
    for (const other of others) expect(other).toEqual(expected);
    const evaluated = await run("evaluate", "plain", "--data", "german.csv", ...german, "--json");
    expect([evaluated.code, JSON.parse(evaluated.stdout).metrics.overall.n ?? 400]).toEqual([0, 400]);
  }, 120_000);

  it("is refused where it is not said, never read as other numbers", async () => {
    const wrong = await run("predict", "german", "--data", "plain.csv", "--out", "w.csv");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/plain\.csv: (the row below the header|row 1|column)/);
    const points = await run("predict", "german", "--data", "plain.csv", "--out", "w.csv", "--units-row=false");
    expect(points.stderr).toMatch(/row 1 \(header not counted\), column "a": expected a number.*data\.decimal/);
    const commas = await run("predict", "plain", "--data", "german.csv", "--out", "w.csv");
    expect(commas.stderr).toMatch(/line 2, where the column names should be, is "% export"/);
    const bad = await run("predict", "plain", "--data", "plain.csv", "--out", "w.csv", "--decimal", ";");
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/--decimal ";": expected one of/)]);
    const nothing = await run("evaluate", "plain", "--units-row");
    expect(nothing.stderr).toMatch(/--units-row goes with --data/);
  });

  it("decomposes as the plain one does, with options", async () => {
    const wanted = ["--target", "y", "--modality", "m=a,b", "--modality", "n=c", "--json"];
    const same = await run("decompose", "--data", "plain.csv", ...wanted);
    const german = ["--decimal", ",", "--thousands", ".", "--comment", "%", "--units-row"];
    const other = await run("decompose", "--data", "german.csv", ...german, ...wanted);
    expect(other.code).toBe(0);
    expect(JSON.parse(other.stdout).atoms).toEqual(JSON.parse(same.stdout).atoms);
  });
});

describe("categories", () => {
  it("train the model of columns of 0 and 1, and the ONNX file reads those", async () => {
    const results = await Promise.all([train("words.yaml", "words"), train("coded.yaml", "coded")]);
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(await weights("words")).toEqual(await weights("coded"));
    const data = JSON.parse(await readFile(at("words/data.json"), "utf8"));
    expect(data.categories).toEqual({ n: { sex: ["F", "M"], site: ["A", "B", "C"] } });
    expect(await readFile(at("words/report.html"), "utf8")).toContain("categories, by modality and column");

    await succeeds(["predict", "words", "--data", "plain.csv", "--out", "words.csv"], folder);
    const expected = await predictions("words.csv");
    const { file, inputs } = await exportOnnx(at("words"), at("words.onnx"));
    expect(inputs.n).toEqual(["c", "sex=M", "site=A", "site=B", "site=C"]);
    const session = await InferenceSession.create(file);
    const values = (columns: readonly string[]) =>
      table.flatMap((row) =>
        columns.map((column) => {
          const [name, level] = column.split("=");
          const value = row[name as keyof typeof row];
          return level === undefined ? Number(value) : Number(value === level);
        }),
      );
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, columns]) => [
        name,
        new Tensor("float64", Float64Array.from(values(columns)), [400, columns.length]),
      ]),
    );
    const { prediction } = await session.run(feeds);
    // Of numbers about 3000, in single precision.
    expect(
      Math.max(...Array.from(prediction.data as Float64Array, (value, i) => Math.abs(value - expected[i]))),
    ).toBeLessThan(1e-2);
  }, 120_000);

  it("that no training row has are counted, and read as unknown", async () => {
    const strange = table.map((row, i) => (i < 5 ? { ...row, site: "Z" } : row));
    await writeFile(at("strange.csv"), plain(strange));
    const { stderr, code } = await run("predict", "words", "--data", "strange.csv", "--out", "strange-p.csv");
    expect(code).toBe(0);
    expect(stderr).toContain('column "site": 5 rows have categories that no training row has: "Z" (5)');
    const [known, unknown] = await Promise.all([predictions("words.csv"), predictions("strange-p.csv")]);
    expect(unknown.slice(5)).toEqual(known.slice(5));
    await writeFile(at("gaps.csv"), plain(table.map((row, i) => (i === 3 ? { ...row, sex: "n/a" } : row))));
    const gaps = await run("predict", "words", "--data", "gaps.csv", "--out", "never.csv");
    expect([gaps.code, gaps.stderr]).toEqual([2, expect.stringMatching(/missing in "sex" \(1\)/)]);
  });

  it("are used in memory too, with the same predictions", async () => {
    const modalities = (rows = table) => ({
      m: { columns: ["a", "b"], values: rows.map(({ a, b }) => [a, b]) },
      n: {
        columns: ["c"],
        values: rows.map(({ c }) => [c]),
        categories: { sex: rows.map(({ sex }) => sex), site: rows.map(({ site }) => site) },
      },
    });
    const quick = {
      training: { stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 2 } },
      model: { encoder: { embedding: "none" as const, hidden: [8] }, latentDim: 3 },
    };
    const model = await fitRows({ modalities: modalities(), target: { y: table.map(({ y }) => y) }, ...quick });
    await model.save(at("memory"));
    await succeeds(["predict", "memory", "--data", "plain.csv", "--out", "memory.csv"], folder);
    const [header] = (await readFile(at("memory.csv"), "utf8")).split("\n");
    const column = header.split(",").indexOf("y.prediction");
    const lines = (await readFile(at("memory.csv"), "utf8")).trim().split("\n").slice(1);
    const written = lines.map((line) => Number(line.split(",")[column]));
    const predicted = await model.predict(modalities());
    expect(Math.max(...Array.from(predicted, (value, i) => Math.abs(value - written[i])))).toBeLessThan(1e-3);
    await expect(
      model.predict({ ...modalities(), n: { columns: ["c"], values: table.map(({ c }) => [c]) } }),
    ).rejects.toThrow(/the model reads the categories sex, site; there is no "sex"/);
  }, 60_000);

  it("decompose as contrasts, and are asked for where they are not named", async () => {
    const wanted = ["--data", "plain.csv", "--target", "y", "--modality", "m=a,b", "--modality", "n=c,sex,site"];
    const named = await run("decompose", ...wanted, "--category", "sex,site");
    expect(named.code).toBe(0);
    expect(named.stdout).toContain("What m (2) and n (4) tell about y");
    const asked = await run("decompose", ...wanted);
    expect(asked.stderr).toMatch(/"sex": 400 cells, among them "." and ".", categories.*--category='sex,site'/);
  });
});
