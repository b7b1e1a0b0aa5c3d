import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fit as fitRows, type RunResult, trainRun } from "../../src/index.js";
import { pidreg, requireBuild, scratchFolder } from "../support/command.js";
import { seriesConfig, seriesCsv, seriesModel, seriesOf } from "../support/series-table.js";

const folder = scratchFolder();
const series = seriesOf(700, 0.97);
const rmse = (part: RunResult["metrics"]["test"]) => Number(part.perTarget.y.rmse);
const code = "less-than-nearest-in-time";
const nearest = "nearest-in-time";
const config = (data: object, more: object = {}) =>
  seriesConfig(data, more) as Parameters<typeof trainRun>[0]["config"];
const read = (run: RunResult, name: string) => readFileSync(path.join(run.folder, name), "utf8");
const warned = ({ metrics }: Pick<RunResult, "metrics">, wanted: string) =>
  metrics.warnings.filter((warning) => warning.code === wanted).map(({ text }) => text);

const runs = new Map<string, RunResult>();
const train = async (name: string, data: object, more: object = {}) => {
  const out = path.join(folder, name);
  const run = await trainRun({ config: config(data, more), baseFolder: folder, out });
  runs.set(name, run);
};
const of = (name: string) => runs.get(name) as RunResult;
const gap = { by: "time", gap: "12h" };

beforeAll(async () => {
  await requireBuild();
  writeFileSync(path.join(folder, "series.csv"), seriesCsv(series));
  writeFileSync(path.join(folder, "unordered.csv"), seriesCsv(seriesOf(700, 0), "date"));
  await train("random", { order: "when" });
  await train("time", { order: "when", split: gap });
  await train("silent", {});
  await train("unordered", { file: "unordered.csv", order: "date" });
  await train("unordered-silent", { file: "unordered.csv" });
  await train("two", { order: "when" }, { ensemble: 2 });
  const split = { by: "file", file: path.join(folder, "time", "split.json") };
  await train("again", { order: "when", split });
});

describe("a target that goes by itself", () => {
  it("is told where a random split is beaten by the rows before and after", () => {
    const { baselines, test } = of("random").metrics;
    expect(rmse(baselines[nearest].test)).toBeLessThan(0.5 * rmse(test));
    const [text] = warned(of("random"), code);
    expect(text).toMatch(/know no feature, predict y better .*"when".*use data\.split\.by: time/);
    expect(warned(of("random"), "order-not-given")).toEqual([]);
  });

  it("is not beaten so on later rows, and the run says which they are", () => {
    const { baselines, test } = of("time").metrics;
    expect(rmse(baselines[nearest].test)).toBeGreaterThan(rmse(test));
    expect(warned(of("time"), code)).toEqual([]);
    const { parts, account } = JSON.parse(read(of("time"), "data.json"));
    expect(parts.train.order).toMatchObject({ column: "when", from: "2024-01-01", stretches: 1 });
    expect(parts.test.order).toMatchObject({ to: "2024-01-30 03:00", stretches: 1 });
    expect(account.dropped).toMatchObject([
      { count: 24, reason: "within 12h of rows of another part, data.split.gap" },
    ]);
    const { train: trained, test: tested, leftOut } = JSON.parse(read(of("time"), "split.json"));
    expect(leftOut).toHaveLength(24);
    expect(Math.min(...tested.map(Number)) - Math.max(...trained.map(Number))).toBeGreaterThan(12);
  });

  it("makes the run offer data.order where none is given, and offers it to no other", () => {
    const [text] = warned(of("silent"), "order-not-given");
    expect(text).toMatch(/before and after each test row in the file, which know no feature, predict y .*data\.order/);
    expect(of("silent").metrics.baselines).not.toHaveProperty(nearest);
    for (const name of ["unordered", "unordered-silent"]) {
      expect([...warned(of(name), "order-not-given"), ...warned(of(name), code)]).toEqual([]);
    }
  });

  it("has the baseline in predictions, evaluation, report and comparison, with the words that say what it is", async () => {
    expect(read(of("random"), "predictions.csv").split("\n")[0].split(",")).toContain(`y.${nearest}`);
    expect(read(of("random"), "report.html")).toMatch(/nearest-in-time \(knows no feature\)/);
    const evaluated = await pidreg(["evaluate", of("random").folder], folder);
    expect(evaluated.stdout).toMatch(/nearest-in-time \(knows no feature\) +0\.\d+/);
    expect(evaluated.stdout).toContain("less than nearest in time: ");
    const compared = await pidreg(["compare", of("random").folder, of("time").folder], folder);
    expect(compared.stdout).toMatch(/\nnearest-in-time \(C\) .*\n(.*\n)*nearest-in-time knows no feature\n/);
  });

  it("is the same for an ensemble", () => {
    const { baselines, warnings } = of("two").metrics;
    expect(baselines[nearest]).toEqual(of("random").metrics.baselines[nearest]);
    expect(warnings.filter((warning) => warning.code === code)).toHaveLength(1);
    expect(read(of("two"), "predictions.csv").split("\n")[0]).toContain(`y.${nearest}`);
  });

  it("has the same rows when its split is read from the file, and is not taken for a random one", () => {
    expect(JSON.parse(read(of("again"), "split.json"))).toEqual(JSON.parse(read(of("time"), "split.json")));
    expect(of("again").metrics.baselines).toEqual(of("time").metrics.baselines);
    expect(warned(of("again"), code)).toEqual([]);
  });

  it.each([
    ["texts", series.when],
    ["dates", series.when.map((text) => new Date(`${text.replace(" ", "T")}Z`))],
  ])("may be given in memory, with its order as %s", async (_, order) => {
    const rows = { modalities: { a: series.a, b: series.b }, target: { y: series.y }, order };
    const model = await fitRows({
      name: "series",
      ...rows,
      data: { split: { by: "time", gap: "12h" } },
      ...seriesModel,
    });
    expect(model.metrics.test).toEqual(of("time").metrics.test);
    expect(model.metrics.baselines).toEqual(of("time").metrics.baselines);
    const saved = await model.save(path.join(folder, `saved as ${_}`));
    expect(JSON.parse(readFileSync(path.join(saved.folder, "split.json"), "utf8")).leftOut).toHaveLength(24);
  });

  it("refuses in memory what is no order", async () => {
    const rows = { modalities: { a: series.a, b: series.b }, target: { y: series.y } };
    await expect(fitRows({ ...rows, data: { split: { by: "time" } } })).rejects.toThrow(
      /needs `order`, a date or a number per row/,
    );
    await expect(fitRows({ ...rows, order: [1, 2] })).rejects.toThrow(/order has 2 values, and target "y" has 700/);
    const order = series.y.map((_, i) => (i === 3 ? new Date(Number.NaN) : i));
    await expect(fitRows({ ...rows, order })).rejects.toThrow(
      /order, row 4: expected a Date, a text of one or a finite number/,
    );
  });
});

describe("an order that is a feature too", () => {
  it("is warned of", async () => {
    const lines = seriesCsv(series).trimEnd().split("\n");
    const numbered = lines.map((line, i) => `${i === 0 ? "a9" : i},${line}`).join("\n");
    writeFileSync(path.join(folder, "series.csv"), `${numbered}\n`);
    await train("feature", { order: "a9" });
    expect(warned(of("feature"), "order-as-feature")[0]).toMatch(
      /"a9" is a feature of modality "a" too.*exclude: \["a9"\]/,
    );
  });
});
