import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { itLong } from "../support/long.js";

const folder = scratchFolder();
const at = (name: string) => path.join(folder, name);
const train = (config: string, out: string, ...more: string[]) =>
  pidreg(["train", config, "--out", out, "--quiet", ...tinyModel, ...more], folder);

/** Rows of id, y, a1, a2, b1, b2; `code` stands where b1 is missing, every 15th row. */
function rows(code: (row: number) => string, count = 400): string {
  const rng = new Rng(1);
  const lines = Array.from({ length: count }, (_, i) => {
    const [a1, a2, b1, b2] = [0, 1, 2, 3].map(() => Number((10 + rng.normal()).toFixed(3)));
    return [`p${i}`, (a1 + b1 + rng.normal()).toFixed(3), a1, a2, i % 15 === 3 ? code(i) : b1, b2].join(",");
  });
  return `id,y,a1,a2,b1,b2\n${lines.join("\n")}\n`;
}

const config = (file: string, more = "") =>
  `name: t\ndata:\n  file: ${file}\n  target: y\n  id: id\n  missing: mean\n${more}` +
  "  modalities:\n    a: { columns: [a1, a2] }\n    b: { columns: [b1, b2] }\n";

beforeAll(async () => {
  await requireBuild();
  await writeFile(
    at("coded.csv"),
    rows((i) => ["-9999", "-9999.0", "?"][i % 3]),
  );
  await writeFile(
    at("numbers.csv"),
    rows(() => "-9999"),
  );
  await writeFile(
    at("empty.csv"),
    rows(() => ""),
  );
  await writeFile(at("coded.yaml"), config("coded.csv", '  missingValues: [-9999, "?"]\n'));
  await writeFile(at("numbers.yaml"), config("numbers.csv"));
  await writeFile(at("empty.yaml"), config("empty.csv"));
});

describe("data.missingValues", () => {
  it("trains the model of empty cells, and the model knows it for every table", async () => {
    const [coded, empty] = await Promise.all([train("coded.yaml", "coded"), train("empty.yaml", "empty")]);
    expect([coded.code, coded.stderr]).toEqual([0, ""]);
    expect(empty.code).toBe(0);
    const weights = (run: string) => readFile(at(`${run}/model/weights.safetensors`));
    expect(await weights("coded")).toEqual(await weights("empty"));
    const data = JSON.parse(await readFile(at("coded/data.json"), "utf8"));
    expect(data.missing).toMatchObject({ marks: [-9999, "?"], modalities: { b: { values: 27 } } });
    expect(await readFile(at("coded/report.html"), "utf8")).toMatch(
      /were read as missing\s+\(<code>data\.missingValues/,
    );

    for (const name of ["coded", "empty"]) {
      await succeeds(["predict", "coded", "--data", `${name}.csv`, "--out", `${name}.predictions.csv`], folder);
    }
    const predicted = await readFile(at("coded.predictions.csv"), "utf8");
    expect(predicted).toBe(await readFile(at("empty.predictions.csv"), "utf8"));
    const evaluated = async (name: string) => {
      const told = JSON.parse(await succeeds(["evaluate", "coded", "--data", name, "--json"], folder));
      // Only one of the two is the file that the run was trained on.
      const { on: _, seen, messages, ...found } = told;
      const { sameFile: __, ...rows } = seen;
      return {
        ...found,
        rows,
        messages: messages.filter((text: string) => !text.includes("is a file of the run itself")),
      };
    };
    expect(await evaluated("coded.csv")).toEqual(await evaluated("empty.csv"));

    const { file, inputs, targets } = await exportOnnx(at("coded"), at("model.onnx"));
    const session = await InferenceSession.create(file);
    const lines = rows(() => "-9999")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const feeds = Object.entries(inputs).map(([name, columns]) => {
      const cells = lines.slice(1).flatMap((line) => columns.map((column) => Number(line[lines[0].indexOf(column)])));
      return [name, new Tensor("float64", Float64Array.from(cells), [lines.length - 1, columns.length])] as const;
    });
    const { prediction } = await session.run(Object.fromEntries(feeds));
    const [header, ...written] = predicted
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const column = header.indexOf(`${targets[0]}.prediction`);
    written.forEach((line, i) => {
      // float32 sums in another order
      expect(Math.abs(Number(prediction.data[i]) - Number(line[column]))).toBeLessThan(1e-4);
    });
  });

  itLong("holds in ensembles and studies", async () => {
    const more = ["--quiet", ...tinyModel];
    expect((await train("coded.yaml", "five", "--set", "ensemble=2")).code).toBe(0);
    await succeeds(["predict", "five", "--data", "coded.csv", "--out", "e.csv"], folder);
    await succeeds(["predict", "five", "--data", "empty.csv", "--out", "f.csv"], folder);
    expect(await readFile(at("e.csv"), "utf8")).toBe(await readFile(at("f.csv"), "utf8"));
    const shares = ["--set", "data.split.train=0.5", "--set", "data.split.validation=0.3"];
    const study = await pidreg(["crossval", "coded.yaml", "--folds", "3", "--out", "cv", ...shares, ...more], folder);
    expect([study.code, study.stderr]).toEqual([0, ""]);
  });
});

describe("numbers that may mean missing", () => {
  it("are warned of once on the terminal, in the results, the report and data.json, and by predict", async () => {
    const trained = await train("numbers.yaml", "numbers", "--json");
    expect(trained.code).toBe(0);
    const sentence = '-9999 lies far outside all other values of column "b1" (27 of 400 values; the others ';
    expect(trained.stderr.split(sentence)).toHaveLength(2);
    expect(trained.stderr).toContain("set data.missingValues: [-9999]");
    expect(JSON.parse(trained.stdout).metrics.notes.join()).toContain(sentence);
    expect(JSON.parse(await readFile(at("numbers/data.json"), "utf8")).messages.join()).toContain(sentence);
    const report = await readFile(at("numbers/report.html"), "utf8");
    expect(report.slice(report.indexOf('id="warnings"'))).toContain("-9999 lies far outside");

    await writeFile(at("one.csv"), "id,a1,a2,b1,b2\nx,10,10,-9999,10\n");
    await succeeds(["train", "empty.yaml", "--out", "clean", "--quiet", ...tinyModel], folder);
    const predicted = await pidreg(["predict", "clean", "--data", "one.csv", "--out", "one.out.csv"], folder);
    expect(predicted.code).toBe(0);
    expect(predicted.stderr).toContain("(1 of 1 value; the model was trained on ");
  });
});

describe("rows lost in a join", () => {
  it("are told with --quiet, and before a later refusal", async () => {
    const [header, ...lines] = rows(() => "10")
      .trim()
      .split("\n");
    const columns = (from: number, to: number, change: (id: string, i: number) => string) =>
      `${[header, ...lines]
        .map((line, i) => {
          const [id, ...cells] = line.split(",");
          return [i === 0 ? id : change(id, i - 1), ...cells.slice(from, to)].join(",");
        })
        .join("\n")}\n`;
    const modalities =
      "  modalities:\n    a: { columns: [a1, a2], file: a.csv }\n    b: { columns: [b1, b2], file: b.csv }\n";
    const joined = "name: j\ndata:\n  target: y\n  join: id\n  missing: drop\n";
    await writeFile(at("join.yaml"), `${joined}${modalities}`);
    await writeFile(
      at("a.csv"),
      columns(0, 3, (id) => id),
    );
    await writeFile(
      at("b.csv"),
      columns(3, 5, (id, i) => (i < 340 ? id : id.toUpperCase())),
    );
    const some = await train("join.yaml", "some");
    expect(some.code).toBe(0);
    expect(some.stderr).toContain(
      'left out 60 rows (modality "a" (a.csv): "id" not found in modality "b" (b.csv)): p340',
    );
    expect(some.stderr).toContain('"p340" in a.csv and "P340" in b.csv differ only by upper and lower case');
    expect(some.stderr.split("left out")).toHaveLength(3);
    await writeFile(
      at("b.csv"),
      columns(3, 5, (id, i) => (i < 70 ? id : id.toUpperCase())),
    );
    for (const command of [["train"], ["crossval", "--folds", "40"]]) {
      const [name, ...more] = command;
      const few = await pidreg([name, "join.yaml", "--out", "few", "--quiet", ...tinyModel, ...more], folder);
      expect(few.code).toBe(2);
      expect(few.stderr).toMatch(/^pidreg: left out 330 rows .* that is 83 % of 400\. .* Then: |pidreg: /);
      expect(few.stderr).toContain("left out 330 rows");
    }
  });
});
