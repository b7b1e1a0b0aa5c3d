import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import type { GaussianCheck } from "../mi/check-types.js";
import { gaussianPidFromData } from "../pid/estimate/gaussian-pid-from-data.js";
import { plugInEstimate } from "../pid/estimate/pid-from-covariance.js";
import { pidFigure } from "./pid-figure.js";
import { bitsWithError, decimalsFor } from "./pid-sentences.js";
import { groupTable, pidText } from "./pid-text.js";

function estimate(modalities: readonly string[], rows = 400, seed = 1, targets = 1) {
  const rng = new Rng(seed);
  const column = () => Float64Array.from({ length: rows }, () => rng.normal());
  const columns = modalities.map((_, k) => {
    const own = column();
    return [own.map((v) => v * (k + 1)), column()];
  });
  const target = Array.from({ length: targets }, (_, j) =>
    column().map((v, r) => v + columns.reduce((sum, c) => sum + c[j % 2][r], 0)),
  );
  return gaussianPidFromData(
    { name: "age", columns: target },
    modalities.map((name, k) => ({ name, columns: columns[k] })),
  );
}

const subject = (modalities: readonly string[], targets = ["age"]) => ({
  targets,
  widths: Object.fromEntries(modalities.map((m) => [m, 2])),
  rows: "all rows",
});

describe("decomposition as text", () => {
  it("prints a table, a sentence per finding and what is definition only", () => {
    const names = ["thickness", "volumes"];
    const text = pidText(estimate(names), subject(names));
    expect(text).toMatch(/^What thickness \(2\) and volumes \(2\) tell about age\n/);
    expect(text).toMatch(/all together about age +\d\.\d\d +± 0\.\d\d +\d\.\d\d \.\. \d\.\d\d +100 %/);
    expect(text).toMatch(/only thickness \(unique\) +0\.00 +by definition +0 %/);
    expect(text.replace(/\s+/g, " ")).toMatch(
      /Unique to volumes by measure broja: \d\.\d\d ± 0\.\d\d bits about age, what volumes alone tell beyond what thickness alone tells\./,
    );
    expect(text).toContain("definition, not a finding");
    expect(text).toMatch(/Two readings of the same information, bits\n +broja +idep\n/);
    expect(text).toMatch(/only thickness \(unique\) +0 by definition +0\.\d\d ± 0\.\d\d\n/);
    expect(text).toContain("broja takes as shared");
    expect(text).toContain("idep takes as unique");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(115);
  });

  it("explains synergy where it shows, and only there", () => {
    const explained = "two modalities that only add up (y = a + b) have synergy too";
    const said = (cov: number[][], n?: number) => {
      const sources = ["a", "b"].map((name) => ({ name, size: 1 }));
      const layout = { targets: 1, sources };
      return pidText(plugInEstimate(cov, layout, n === undefined ? {} : { n }), subject(["a", "b"])).replace(
        /\s+/g,
        " ",
      );
    };
    const additive = [
      [2.5, 1, 1],
      [1, 1, 0],
      [1, 0, 1],
    ];
    expect(said(additive)).toContain(explained);
    expect(said(additive)).toContain("Two readings of the same information, bits, without standard errors");
    const onlyOne = [
      [2, 1, 0],
      [1, 1, 0],
      [0, 0, 1],
    ];
    expect(said(onlyOne)).not.toContain(explained);
    const together = [
      [2, 1, 0],
      [1, 1, 0.5],
      [0, 0.5, 1],
    ];
    expect(said(together)).toMatch(/0\.\d*[1-9]\d* bits appear only when both are used together/);
    expect(said(together)).not.toContain(explained);
    const three = pidText(estimate(["a", "b", "c"]), subject(["a", "b", "c"])).replace(/\s+/g, " ");
    expect(three).toContain("modalities that only add up (y = a + b + c) have synergy too");
    expect(three).toContain("--measure idep, for two modalities at a time");
    expect(three).not.toContain("Two readings");
  });

  it("speaks of three modalities, pairs and O-information; no definition remark for a vector target", () => {
    const names = ["a", "b", "c"];
    const text = pidText(estimate(names, 400, 2, 2), subject(names, ["y1", "y2"]));
    expect(text).toContain("in some, not all");
    expect(text).toContain("Pairs, ignoring the others");
    expect(text).toContain("O-information");
    expect(text).not.toContain("not a finding");
    expect(text).toContain("about y1 and y2");
  });

  it("prints infinite information as such, and why", () => {
    const covariance = [
      [1, 1, 0.5],
      [1, 1, 0.5],
      [0.5, 0.5, 1],
    ];
    const layout = {
      targets: 1,
      sources: [
        { name: "a", size: 1 },
        { name: "b", size: 1 },
      ],
    };
    const text = pidText(plugInEstimate(covariance, layout, {}), subject(["a", "b"]));
    expect(text).toMatch(/all together about age +infinite/);
    expect(text).toContain("determine age without error");
    expect(text).toContain("saturated");
    expect(text).not.toContain("NaN");
  });

  it("says of which reading its words are, where no check found the Gaussian one to be enough", () => {
    const names = ["a", "b"];
    const sources = names.map((name) => ({ name, size: 1 }));
    const made = plugInEstimate(
      [
        [1, 0, 0],
        [0, 1, 0.5],
        [0, 0.5, 1],
      ],
      { targets: 1, sources },
      { n: 100 },
    );
    const nothing = { ...made, flags: ["no-information" as const] };
    const told = (more: object, of = nothing) => pidText(of, { ...subject(names), ...more });
    const gap = { bits: 0, standardError: 0.1 };
    const reading = {
      modalities: names,
      gaussian: { closedForm: 0, heldOut: gap },
      density: gap,
      gap,
      misfit: gap,
      beyond: false,
      ksg: null,
    };
    const check = {
      ...{
        readings: [reading],
        n: 100,
        folds: 5,
        bound: true,
        seed: 1,
        nonGaussian: false,
        informationFound: false,
        warnings: [],
      },
    } as unknown as GaussianCheck;
    expect(told({})).toContain("\nIn words, of the Gaussian reading\n");
    expect(told({})).toContain("nothing about age could be told apart from chance by the Gaussian reading.");
    expect(told({ check })).toContain("\nIn words\n");
    expect(told({ check })).toContain("nothing about age could be told apart from chance.");
    const beyond = { ...check, nonGaussian: true, readings: [{ ...reading, beyond: true }] };
    expect(told({ check: beyond })).toContain("\nIn words, of the Gaussian reading, about the mean of age\n");
    const unbound = { ...beyond, bound: false };
    expect(told({ check: unbound })).toContain("\nIn words, of the Gaussian reading\n");
  });

  it("lists groups side by side", () => {
    const names = ["a", "b"];
    const table = groupTable({ north: estimate(names, 100, 3), south: estimate(names, 60, 5) }, "site");
    expect(table.split("\n")).toHaveLength(5);
    expect(table).toMatch(/north +100 /);
  });

  it("gives errors one digit, within 2 to 5 decimals", () => {
    expect(bitsWithError(0.314, 0.021)).toBe("0.31 ± 0.02");
    expect(bitsWithError(0.314, 0.0042)).toBe("0.314 ± 0.004");
    expect(bitsWithError(-0.001, null)).toBe("0.00");
    expect(bitsWithError(Number.POSITIVE_INFINITY, null)).toBe("infinite");
    expect([0, 0.5, 0.02, 0.004, 0.0004, 1e-9].map(decimalsFor)).toEqual([2, 2, 2, 3, 4, 2]);
  });

  it("draws the same figure twice, one bar per atom or per group", async () => {
    const one = estimate(["a", "b"]);
    const figure = await pidFigure([{ label: "all rows", estimate: one }], ["age"]);
    expect(figure).toBe(await pidFigure([{ label: "all rows", estimate: one }], ["age"]));
    expect(figure).toMatch(/^<svg /);
    expect(figure).toContain("only b");
    expect(figure).toContain("0 by definition");
    const groups = [
      { label: "all <rows>", estimate: one },
      { label: "north", estimate: estimate(["a", "b"], 100, 3) },
    ];
    const bars = await pidFigure(groups, ["age"], "site");
    expect(bars).toContain("north (100)");
    expect(bars).toContain("all &lt;rows&gt;");
  });
});
