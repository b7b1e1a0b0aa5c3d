import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { decodeSafetensors } from "../../src/files/safetensors.js";
import type { PidValues } from "../../src/pid/types.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { readEvents } from "../support/tfevents.js";

const folder = scratchFolder();
const run = path.join(folder, "run");
const inRun = (name: string) => path.join(run, name);
const json = (file: string) => JSON.parse(readFileSync(path.join(folder, file), "utf8"));
const partsOf = { mae: expect.any(Number), rmse: expect.any(Number), r2: expect.any(Number) };

/** Rows of a CSV file without quotes, by column. */
async function csv(file: string): Promise<{ header: string[]; rows: Record<string, string>[] }> {
  const [header, ...lines] = (await readFile(path.join(folder, file), "utf8")).trimEnd().split("\n");
  const names = header.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
  return { header: names, rows };
}

let printed = "";

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "400", "--columns", "3"], folder);
  printed = await succeeds(["train", "data/config.yaml", "--out", "run", "--json", ...tinyModel], folder);
});

describe("train", () => {
  it("--json prints exactly one document", () => {
    expect(printed.trimEnd().split("\n")).toHaveLength(1);
    const document = JSON.parse(printed);
    expect(Object.keys(document).sort()).toEqual(["metrics", "parts", "pid", "report", "run"]);
    expect(document.metrics).toEqual(json("run/metrics.json"));
    expect(document.pid).toEqual(json("run/pid.json"));
    expect(document.parts).toEqual(json("run/data.json").parts);
  });

  it("leaves a complete run folder and nothing else", async () => {
    expect((await readdir(run)).sort()).toEqual([
      "SHA256SUMS",
      "checkpoint",
      "config.yaml",
      "data.json",
      "environment.json",
      "figures",
      "importance.csv",
      "importance.json",
      "latents.json",
      "log.jsonl",
      "metrics.json",
      "metrics.jsonl",
      "model",
      "pid.json",
      "pid.jsonl",
      "predictions.csv",
      "provenance.json",
      "report.html",
      "rows.json",
      "split.json",
      "tensorboard",
    ]);
    expect((await readdir(inRun("model"))).sort()).toEqual(["model.json", "weights.safetensors"]);
    expect(await readdir(inRun("checkpoint"))).toContain("checkpoint.safetensors");
  });

  it("reports errors on validation and test beside the baselines", () => {
    const metrics = json("run/metrics.json");
    expect(metrics.targets).toEqual(["y"]);
    const part = {
      n: 80,
      overall: expect.objectContaining(partsOf),
      perTarget: { y: expect.objectContaining(partsOf) },
    };
    expect(metrics).toMatchObject({ validation: part, test: part });
    expect(Object.keys(metrics.baselines).sort()).toEqual(["mean", "ridge", "ridge.alpha", "ridge.beta"]);
    expect(metrics.baselines.ridge.test.overall.pearson).toBeGreaterThan(0);
  });

  it("reports atoms that add up", () => {
    const { unit, source, information, atoms, weights, lambda, test } = json("run/pid.json");
    expect({ unit, source }).toEqual({ unit: "bits", source: "heldout" });
    const { unique, redundancy, synergy } = atoms;
    expect(unique.alpha + unique.beta + redundancy + synergy).toBeCloseTo(information.total, 9);
    expect(Object.keys(weights.byModality)).toEqual(["alpha", "beta"]);
    expect(Object.keys(weights.interaction)).toEqual(["alpha*beta"]);
    expect(Object.keys(lambda)).toEqual(["alpha", "beta"]);
    expect(test.information.total).toBeTypeOf("number");
  });

  it("gives atoms intervals that reach farther up than the noise of the held-out rows", () => {
    const pid = json("run/pid.json");
    const list = (values: PidValues) => [
      values.information.total,
      ...Object.values(values.information.byModality),
      ...Object.values(values.atoms.unique),
      values.atoms.redundancy,
      values.atoms.synergy,
    ];
    for (const part of [pid, pid.test]) {
      const { level, lower, upper } = part.intervals;
      expect(level).toBe(0.95);
      const [value, error, low, high] = [part, part.standardErrors, lower, upper].map(list);
      const plain = value.map((v, i) => v + 1.96 * error[i]);
      value.forEach((v, i) => {
        expect(low[i]).toBeCloseTo(Math.max(0, v - 1.96 * error[i]), 4);
        expect(high[i]).toBeGreaterThan(plain[i] - 1e-4);
      });
      expect(high.some((end, i) => end > plain[i] + 1e-3)).toBe(true);
    }
  });

  it("writes one line per epoch, split by phase", async () => {
    const lines = (await readFile(inRun("metrics.jsonl"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ phase, epoch }) => `${phase} ${epoch}`)).toEqual([
      ...[1, 2, 3].map((epoch) => `stage1 ${epoch}`),
      ...[1, 2, 3, 4].map((epoch) => `stage2 ${epoch}`),
    ]);
    const atoms = (await readFile(inRun("pid.jsonl"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(atoms.map(({ phase }) => phase)).toEqual(["stage1", "stage1", "stage1", "stage2"]);
  });

  it("writes the same numbers as TensorBoard events", async () => {
    const events = readEvents(await readFile(inRun("tensorboard/events.out.tfevents.pidreg")));
    const lines = (await readFile(inRun("metrics.jsonl"), "utf8")).trimEnd().split("\n");
    expect(events).toHaveLength(1 + lines.length + 1);
    lines.forEach((line, i) => {
      const { step, terms, validation } = JSON.parse(line);
      expect(events[i + 1].step).toBe(step);
      expect(events[i + 1].scalars["loss/total"]).toBe(Math.fround(terms.total.value));
      expect(events[i + 1].scalars["validation/rmse"]).toBe(Math.fround(validation.rmse));
    });
    const { information, weights, lambda } = json("run/pid.json");
    const last = events.at(-1)?.scalars ?? {};
    expect(last["information/total"]).toBe(Math.fround(information.total));
    expect(last["weight/alpha*beta"]).toBe(Math.fround(weights.interaction["alpha*beta"]));
    expect(Object.keys(events[1].scalars).filter((tag) => tag.startsWith("lambda/"))).toEqual(
      Object.keys(lambda).map((name) => `lambda/${name}`),
    );
  });

  it("stores weights that load, and the parts of the split", async () => {
    const file = inRun("model/weights.safetensors");
    const { tensors } = decodeSafetensors(await readFile(file), file);
    expect(tensors.size).toBeGreaterThan(4);
    for (const { values } of tensors.values()) expect(values.every(Number.isFinite)).toBe(true);
    const split = json("run/split.json");
    const ids = [...split.train, ...split.validation, ...split.test];
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([240, 80, 80]);
    expect(new Set(ids).size).toBe(400);
  });

  it("writes predictions of the validation and test rows", async () => {
    const { header, rows } = await csv("run/predictions.csv");
    for (const name of ["id", "part", "y", "y.prediction", "y.contribution.alpha", "y.contribution.alpha*beta"]) {
      expect(header).toContain(name);
    }
    for (const name of ["local.unique.alpha", "local.redundancy", "local.synergy"]) expect(header).toContain(name);
    expect(rows.map(({ part }) => part).filter((part) => part === "test")).toHaveLength(80);
    expect(rows).toHaveLength(160);
  });

  it("writes a report with its figures", async () => {
    expect(await readFile(inRun("report.html"), "utf8")).toMatch(/^<!doctype html>/i);
    expect((await readdir(inRun("figures"))).some((name) => name.endsWith(".svg"))).toBe(true);
  });

  it("refuses the folder of a finished run and leaves it as it is", async () => {
    const before = await readFile(inRun("environment.json"));
    const refused = await pidreg(["train", "data/config.yaml", "--out", "run", ...tinyModel], folder);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/already holds a finished run; choose another folder with --out/);
    expect(await readFile(inRun("environment.json"))).toEqual(before);
  });

  it("repeats the stored config byte for byte, other seeds differ; default folders count on", async () => {
    expect(parse(await readFile(inRun("config.yaml"), "utf8")).data.file).toBe("../data/table.csv");
    const named = ["train", "run/config.yaml", "--set", "name=twice", "--quiet"];
    expect(await succeeds(named, folder)).toMatch(/runs\/twice\n/);
    expect(await succeeds([...named, "--seed", "2"], folder)).toMatch(/runs\/twice-2\n/);
    expect((await readdir(path.join(folder, "runs"))).sort()).toEqual(["twice", "twice-2"]);
    for (const name of ["model/weights.safetensors", "metrics.json", "pid.json", "predictions.csv"]) {
      const [same, other] = ["twice", "twice-2"].map((run) => readFileSync(path.join(folder, "runs", run, name)));
      expect(same.equals(readFileSync(inRun(name))), name).toBe(true);
      expect(other.equals(readFileSync(inRun(name))), name).toBe(false);
    }
  });
});

describe("evaluate", () => {
  it("repeats the test part of the run", async () => {
    const evaluation = JSON.parse(await succeeds(["evaluate", "run", "--json"], folder));
    expect(evaluation).toMatchObject({ on: "test", metrics: json("run/metrics.json").test });
    expect(evaluation.pid.atoms).toEqual(json("run/pid.json").test.atoms);
    expect(await succeeds(["evaluate", "run"], folder)).toMatch(/test part, 80 rows.*ridge.*unique to alpha/s);
  });

  it("--data measures another table", async () => {
    const evaluation = JSON.parse(await succeeds(["evaluate", "run", "--data", "data/table.csv", "--json"], folder));
    expect(evaluation).toMatchObject({ on: "data/table.csv", metrics: { n: 400 } });
    expect(evaluation.pid.information.total).toBeTypeOf("number");
  });
});

describe("predict", () => {
  it("gives the run's own predictions for the run's own rows, with intervals and atoms", async () => {
    await succeeds(["predict", "run", "--data", "data/table.csv", "--out", "known.csv"], folder);
    const { header, rows } = await csv("known.csv");
    expect(header).toEqual([
      ...["id", "y", "y.prediction", "y.lower", "y.upper"],
      ...["y.contribution.alpha", "y.contribution.beta", "y.contribution.alpha*beta"],
      ...["local.unique.alpha", "local.unique.beta", "local.redundancy", "local.synergy"],
    ]);
    expect(rows).toHaveLength(400);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const row of (await csv("run/predictions.csv")).rows) {
      // Rows are predicted in batches, whose sums the float32 hardware may round differently.
      expect(Number(byId.get(row.id)?.["y.prediction"])).toBeCloseTo(Number(row["y.prediction"]), 4);
    }
    for (const row of rows) expect(Number(row["y.lower"])).toBeLessThan(Number(row["y.upper"]));
  });

  it("needs no target column, and then writes no atoms", async () => {
    const { header, rows } = await csv("data/table.csv");
    const lines = [header, ...rows.map((row) => header.map((name) => row[name]))].map((cells) =>
      cells.filter((_, i) => header[i] !== "y").join(","),
    );
    await writeFile(path.join(folder, "blind.csv"), lines.join("\n"));
    const args = ["predict", "run", "--data", "blind.csv", "--out", "blind-out.csv", "--json"];
    expect(JSON.parse(await succeeds(args, folder))).toMatchObject({ rows: 400, localAtoms: false });
    const blind = await csv("blind-out.csv");
    expect(blind.header.filter((name) => name === "y" || name.startsWith("local."))).toEqual([]);
    const known = await csv("known.csv");
    expect(blind.rows.map((row) => row["y.prediction"])).toEqual(known.rows.map((row) => row["y.prediction"]));
  });

  it("--draws adds the spread, --level widens the intervals", async () => {
    const data = ["predict", "run", "--data", "data/table.csv", "--out"];
    await succeeds([...data, "draws.csv", "--draws", "5", "--level", "0.5"], folder);
    const narrow = await csv("draws.csv");
    expect(narrow.rows.every((row) => Number(row["y.spread"]) >= 0)).toBe(true);
    const width = (row: Record<string, string>) => Number(row["y.upper"]) - Number(row["y.lower"]);
    expect(width(narrow.rows[0])).toBeLessThan(width((await csv("known.csv")).rows[0]));
  });

  it("says when the validation part is too small for the level", async () => {
    const args = ["predict", "run", "--data", "data/table.csv", "--out", "wide.csv", "--level", "0.999"];
    const { code, stdout, stderr } = await pidreg(args, folder);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "400 rows predicted, no intervals\nwide.csv\n" });
    expect(stderr).toMatch(/no intervals of coverage 0.999; 80 validation rows allow at most 0.987/);
  });
});

describe("other commands", () => {
  it("report writes the report again, byte for byte", async () => {
    const before = await readFile(inRun("report.html"));
    expect(await succeeds(["report", "run"], folder)).toMatch(/run\/report\.html\n$/);
    expect(await readFile(inRun("report.html"))).toEqual(before);
    await succeeds(["report", "run", "--out", "elsewhere.html"], folder);
    expect(existsSync(path.join(folder, "elsewhere.html"))).toBe(true);
  });

  it("decompose reads a table", async () => {
    const columns = ["--target", "y", "--modality", "alpha=alpha_*", "--modality", "beta=beta_*"];
    const args = ["decompose", "--data", "data/table.csv", ...columns];
    const { unit, information, atoms, standardErrors } = JSON.parse(await succeeds([...args, "--json"], folder));
    expect(unit).toBe("bits");
    const { unique, redundancy, synergy } = atoms;
    expect(unique.alpha + unique.beta + redundancy + synergy).toBeCloseTo(information.total, 9);
    expect(standardErrors.atoms.redundancy).toBeGreaterThanOrEqual(0);
    expect(await succeeds(args, folder)).toContain("alpha");
  });

  it("decompose reads a covariance", async () => {
    // Y = Z1 + Z2 of independent sources with variance 1 and noise of variance 2: I(Y; Z1) = log2(4 / 3) / 2.
    const document = {
      cov: [
        [4, 1, 1],
        [1, 1, 0],
        [1, 0, 1],
      ],
      dm: 1,
      dims: [1, 1],
    };
    await writeFile(path.join(folder, "cov.json"), JSON.stringify(document));
    const { information, atoms } = JSON.parse(
      await succeeds(["decompose", "--covariance", "cov.json", "--json"], folder),
    );
    expect(information.total).toBeCloseTo(0.5, 12);
    expect(information.byModality.Z1).toBeCloseTo(Math.log2(4 / 3) / 2, 12);
    expect(Object.keys(atoms).sort()).toEqual(["partialRedundancy", "redundancy", "synergy", "unique"]);
  });

  it("doctor --json prints one document", async () => {
    const { pidreg: version, engines } = JSON.parse(await succeeds(["doctor", "--json"], folder));
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(engines.find(({ name }: { name: string }) => name === "wasm").works).toBe(true);
    const own = ["onnx", "wasm", "cpu"];
    for (const { name, works, reason, get } of engines) {
      expect(works || !String(reason).includes("\n"), name).toBe(true);
      if (own.includes(name)) expect({ works, get }, name).toEqual({ works: true, get: null });
      else if (process.platform === "linux") expect(get, name).toMatch(/^[^\n]*install[^\n]*$/);
    }
  });

  it("doctor names what every missing engine needs in a line of its own", async () => {
    const text = await succeeds(["doctor"], folder);
    const { engines } = JSON.parse(await succeeds(["doctor", "--json"], folder));
    const missing = engines.filter(({ works, get }: { works: boolean; get: string | null }) => !works && get !== null);
    expect(text.split("\n").filter((line) => line.includes("Get it: "))).toHaveLength(missing.length);
    for (const { get } of missing) expect(text).toContain(`Get it: ${get}\n`.trimEnd());
  });

  it.each(["additive", "additive-vector", "shared", "interaction", "dominant", "mixed", "none", "three", "quickstart"])(
    "synth %s writes a table, its truth and a config",
    async (name) => {
      const args = ["synth", name, "--out", `synth-${name}`, "--rows", "60", "--json"];
      const { files, atoms } = JSON.parse(await succeeds(args, folder));
      for (const file of [files.table, files.truth, files.config])
        expect(existsSync(path.join(folder, file))).toBe(true);
      expect(atoms.redundancy).toBeGreaterThanOrEqual(0);
    },
  );
});
