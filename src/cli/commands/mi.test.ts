import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../test/support/run-command.js";
import { Rng } from "../../math/rng.js";
import { command } from "./mi.js";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pidreg-mi-"));
  const rng = new Rng(1);
  const lines = ["y,c,a1,a2,b1,site"];
  for (let r = 0; r < 240; r++) {
    const [a1, a2, e] = [0, 1, 2].map(() => rng.normal());
    lines.push([a1 + a2 + 0.5 * e, a1 > 0 ? "yes" : "no", a1, a2, a1 + e, `s${r >> 2}`].join(","));
  }
  writeFileSync(file("t.csv"), `${lines.join("\n")}\n`);
  writeFileSync(
    file("gap.csv"),
    `${lines.map((line, r) => (r === 5 ? line.replace(/,[^,]*,s/, ",,s") : line)).join("\n")}\n`,
  );
  writeFileSync(
    file("config.yaml"),
    "name: t\ndata: { file: t.csv, target: y, modalities: { a: { columns: [a*] }, b: { columns: [b1] } } }\n",
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command as the command line would; stdout as text. */
const run = async (...args: string[]) => (await runCommand(command, ["mi", ...args])).printed;

const table = (name = "t.csv") => ["--data", file(name), "--modality", "a=a*", "--modality", "b=b1"];
const quick = ["--estimator", "gaussian,ksg"];

describe("pidreg mi", () => {
  it("estimates each modality and both, by the estimators asked for", async () => {
    const figure = file("mi.svg");
    const text = await run(...table(), "--target", "y", ...quick, "--figure", figure, "--json");
    const { unit, about, n, informations, findings } = JSON.parse(text);
    expect([unit, about, n]).toEqual(["bits", "y", 240]);
    expect(informations.map(({ modalities }: { modalities: string[] }) => modalities)).toEqual([
      ["a"],
      ["b"],
      ["a", "b"],
    ]);
    for (const { answer, estimates } of informations) {
      expect(answer).toBe("gaussian");
      expect(estimates.map(({ estimator }: { estimator: string }) => estimator)).toEqual(["gaussian", "ksg"]);
    }
    // y = a1 + a2 + 0.5 e: 1/2 log2(2.25 / 0.25)
    expect(Math.abs(informations[0].estimates[0].bits - 0.5 * Math.log2(9))).toBeLessThan(0.2);
    expect(findings[0]).toMatch(/^a tells .* bits about y/);
    expect(readFileSync(figure, "utf8")).toContain("a and b: gaussian");
  });

  it("shows a table and sentences, and answers with the density unless asked otherwise", async () => {
    const text = await run(...table(), "--target", "y", "--folds", "2");
    expect(text).toContain("Mutual information with y, bits, 240 rows");
    expect(text).toMatch(/a: density \(answer, at least\) +\d\.\d\d/);
    expect(text).toContain("The answer is that of density, which is fixed beforehand");
  });

  it("reads two modalities without a target", async () => {
    const { about, informations } = JSON.parse(await run(...table(), "--between", "b,a", ...quick, "--json"));
    expect(about).toBe("a");
    expect(informations).toHaveLength(1);
    expect(informations[0].modalities).toEqual(["b"]);
    // b1 = a1 + e: 1/2 log2 2
    expect(Math.abs(informations[0].estimates[0].bits - 0.5)).toBeLessThan(0.2);
  });

  it("reads classes, with their entropy", async () => {
    const { entropy, classes, informations, targetKind } = JSON.parse(
      await run(...table(), "--target", "c", "--estimator", "ksg,gaussian", "--json"),
    );
    expect(targetKind.kind).toBe("class");
    expect(classes).toEqual(["no", "yes"]);
    expect(entropy).toBeGreaterThan(0.98);
    expect(informations[0].leftOut).toEqual([
      { estimator: "gaussian", why: "it is a reading of numbers, not of classes" },
    ]);
    expect(informations[0].estimates[0].bits).toBeGreaterThan(0.5);
  });

  it("reads the rows of a config, the test part left out, and errors by groups", async () => {
    const { n, settings } = JSON.parse(await run(file("config.yaml"), ...quick, "--json"));
    expect(n).toBeLessThan(240);
    expect(settings.part).toBe("train+validation");
    const between = JSON.parse(await run(file("config.yaml"), "--between", "a,b", ...quick, "--json"));
    expect([between.about, between.n]).toEqual(["b", n]);
    const grouped = JSON.parse(await run(...table(), "--target", "y", "--group", "site", ...quick, "--json"));
    expect(grouped.informations[0].leftOut[0].estimator).toBe("ksg");
  });

  it("treats missing values as it is told", async () => {
    await expect(run(...table("gap.csv"), "--target", "y", ...quick)).rejects.toThrow(
      'column "b1", data row 5 has no value',
    );
    const dropped = JSON.parse(
      await run(...table("gap.csv"), "--target", "y", "--missing", "drop", ...quick, "--json"),
    );
    expect([dropped.n, dropped.rows.rowsDropped]).toEqual([239, 1]);
  });

  it.each([
    [["--target", "y"], "give a table with --data FILE, or a config"],
    [[...["--data", "t.csv"], "--modality", "a=a*"], "--target COL is missing"],
    [["--data", "t.csv", "--target", "y", "--between", "a,b"], "leave --target out"],
    [["--data", "t.csv", "--between", "a"], "expected the names of two modalities"],
    [["--data", "t.csv", "--target", "y", "--estimator", "mean"], '--estimator: "mean" is none of'],
    [
      ["--data", "t.csv", "--target", "y", "--estimator", "gaussian,mine"],
      '--estimator: "mine" goes with --benchmark only; of a table give gaussian, ksg, density, flow',
    ],
    [["--data", "t.csv", "--target", "y", "--estimator", "all"], '--estimator: "all" goes with --benchmark only'],
    [["--benchmark", "--estimator", "mean"], /"mean" is none of gaussian, .*mine, .*, and not "all"/],
    [["c.yaml", "--target", "y"], "--target cannot go with a config"],
    [["--data", "t.csv", "--target", "y", "--folds", "1"], "--folds"],
    [["--data", "t.csv", "--target", "y", "--part", "all"], "--part goes with a config"],
  ])("refuses %j", async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it("runs a benchmark: true values, oracles and estimates of each seed", async () => {
    const choices = ["--tasks", "normal-1x1,gate-x*", "--rows", "300", "--seeds", "2", "--estimators", "gaussian,ksg"];
    const { rows } = JSON.parse(await run("--benchmark", ...choices, "--json"));
    const keys = ["task", "estimator", "bits", "standardError", "truth", "oracle", "n", "seed"];
    // the Gaussian reading takes no gate of classes
    expect(rows).toHaveLength(2 * 2 + 3 * 2);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(keys);
      expect(row.n).toBe(300);
      // nothing that these two do not see is in these tasks
      expect(Math.abs(row.bits - row.oracle)).toBeLessThan(0.15);
    }
    expect(rows.map(({ seed }: { seed: number }) => seed).slice(0, 4)).toEqual([1, 1, 2, 2]);
    expect(rows[0].truth).toBeCloseTo(0.59632, 5);
    const figure = file("benchmark.svg");
    const text = await run("--benchmark", ...choices, "--figure", figure);
    expect(readFileSync(figure, "utf8")).toContain("normal-1x1: ksg 0.");
    expect(text).toContain("Mutual information where it is known, bits; 300 rows, 2 seeds");
    expect(text).toMatch(/\ntask +truth +oracle +gaussian +ksg\nnormal-1x1 +0\.596 /);
    expect(text).toMatch(/\ngate-xor +1\.000 +1\.000 +- +\d/);
  });

  it("runs estimators of the literature in a benchmark, by their names", async () => {
    const { rows } = JSON.parse(
      await run("--benchmark", "--tasks", "normal-1x1", "--rows", "300", "--estimator", "nn-ratio,gaussian", "--json"),
    );
    expect(rows.map(({ estimator }: { estimator: string }) => estimator)).toEqual(["nn-ratio", "gaussian"]);
    // neighbours of 300 rows
    expect(Math.abs(rows[0].bits - rows[0].truth)).toBeLessThan(0.3);
  });

  it.each([
    [["--benchmark", "--tasks", "none-1"], '--tasks: "none-1" matches no'],
    [["--benchmark", "--data", "t.csv"], "--benchmark draws its own rows, and --data belongs to a table"],
    [["--benchmark", "c.yaml"], "a config belongs to a table"],
    [["--benchmark", "--rows", "5"], "--rows: expected a whole number, at least 10, got 5"],
    [["--benchmark", "--seeds", "0"], "--seeds"],
    [["--data", "t.csv", "--target", "y", "--tasks", "product"], "--tasks belongs to the benchmark"],
  ])("refuses %j of a benchmark", async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it("refuses modalities that are not there, and rows that nobody reads", async () => {
    await expect(run("--data", file("t.csv"), "--target", "y")).rejects.toThrow("at least one modality is needed");
    await expect(run(...table(), "--between", "a,z")).rejects.toThrow('there is no modality "z"; there are a, b');
    await expect(run(...table(), "--target", "y", "--group", "site", "--estimator", "ksg")).rejects.toThrow(
      "no estimator reads these rows; of a: ksg: rows of one group",
    );
  });
});
