import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import type { PidFile } from "../record/pid-schemas.js";
import type { MetricsFile } from "../record/run-schemas.js";
import { heldAt, wilson } from "./sections/intervals.js";
import { formatBits, formatNumber } from "./text.js";
import { writeReport } from "./write-report.js";

const hostile = "<img src=x onerror=alert(1)>";
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-report-"));
});
afterEach(() => rm(folder, { recursive: true }));

const report = async (options: Parameters<typeof writeRunFolder>[1] = {}) => {
  const files = await writeRunFolder(folder, options);
  const written = await writeReport(folder);
  return { files, written, text: await readFile(written.file, "utf8") };
};
const sectionText = (text: string, id: string) => {
  const from = text.indexOf(`<section id="${id}">`);
  return text
    .slice(from, text.indexOf("</section>", from))
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ");
};

describe("the report", () => {
  it("needs neither script nor network, stays small, and is the same every time", async () => {
    const { text, written } = await report();
    expect(text).not.toMatch(/<script|<link rel="stylesheet"|@import|url\(|src=|xlink:href/);
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:/);
    expect(written.bytes).toBe(Buffer.byteLength(text));
    expect(written.bytes).toBeLessThan(2_000_000);
    expect(text).not.toMatch(/NaN|undefined|\[object/);
    expect(text).not.toContain('id="absence"'); // no row may lack a modality
    await writeReport(folder);
    expect(await readFile(written.file, "utf8")).toBe(text);
    // Nothing of the page's own passes for text from outside.
    expect(text).not.toMatch(/\\[nrtux]/);
  });

  it("has drawings for a telephone, unless those of a desk alone are asked for", async () => {
    const { text, written } = await report();
    const figures = (page: string, kind: string) => page.split(`<figure class="${kind}">`).length - 1;
    expect(figures(text, "narrow")).toBeGreaterThan(3);
    expect(figures(text, "narrow")).toBe(figures(text, "wide"));
    await writeReport(folder, undefined, "wide");
    const alone = await readFile(written.file, "utf8");
    expect([figures(alone, "narrow"), figures(alone, "wide")]).toEqual([0, 0]);
    expect(alone.split("<figure").length).toBe(text.split("<figure").length - figures(text, "narrow"));
  });

  it("draws nothing where no drawings are asked for, and says what draws them", async () => {
    const { text, written } = await report();
    const { figures } = await writeReport(folder, undefined, "none");
    const bare = await readFile(written.file, "utf8");
    expect(figures).toEqual([]);
    expect(bare).not.toContain("<figure");
    expect(bare).not.toMatch(/<svg[^>]*>\s*<\/svg>/);
    expect(bare).toContain("pidreg report RUN");
    expect(text).not.toContain("without drawings");
    expect(sectionText(bare, "verdict")).toBe(sectionText(text, "verdict"));
  });

  it("shows the numbers of the JSON files and says how the model stands against ridge regression", async () => {
    const { files, text } = await report();
    const metrics = files["metrics.json"] as MetricsFile;
    const pid = files["pid.json"] as PidFile;
    const verdict = sectionText(text, "verdict");
    for (const part of [metrics.test, metrics.baselines.ridge.test, metrics.baselines.mean.test]) {
      // All of a column have as many decimals.
      expect(verdict).toContain(Number(part.perTarget.age.mae).toFixed(2));
      expect(verdict).toContain(Number(part.perTarget.age.rmse).toFixed(2));
    }
    const atoms = sectionText(text, "atoms");
    const { unique, redundancy, synergy } = pid.atoms;
    for (const bits of [...Object.values(unique), redundancy, synergy]) expect(atoms).toContain(formatBits(bits));
    expect(sectionText(text, "data")).toContain("rows read1500");
    expect(sectionText(text, "data")).toContain("45 of 118 400 feature values (below 0.1 %) are missing");
    expect(sectionText(text, "data")).toContain("thickness: thickness (30), thickness_second (12) and 3 more");
    expect(sectionText(text, "rows")).toContain("only thicknessonly volumesbothonly together");
    expect(sectionText(text, "reproduce")).toContain("sha256:0123abcd");
    expect(verdict).toMatch(
      /Its RMSE is \d+ % lower than that of ridge regression on the same rows \(RMSE [\d.]+ against [\d.]+; difference −[\d.]+, 95 % interval −[\d.]+ to −[\d.]+\)\./,
    );
  });

  it("shows a hostile column name as text, in the page and in every figure", async () => {
    const names = { modalities: ["a", hostile], targets: [hostile], name: "x" };
    const { text, written } = await report(names);
    expect(text).not.toContain("<img");
    expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
    for (const file of written.figures) expect(await readFile(file, "utf8")).not.toContain("<img");
  });

  it("gives units where the run names them: on axes, in tables and sentences", async () => {
    const { text } = await report({ units: { age: "yrs <i>" }, extras: true });
    expect(text).not.toContain("<i>");
    for (const id of ["verdict", "correction", "intervals", "predictions", "without", "absence", "rows"]) {
      expect(sectionText(text, id), id).toContain("age (yrs &lt;i&gt;)");
    }
    expect(sectionText(text, "verdict")).toMatch(/is off by [\d.]+ yrs &lt;i&gt; on average/);
    expect(sectionText(text, "predictions")).toContain("true age (yrs &lt;i&gt;)");
    expect(sectionText(text, "intervals")).toContain("age (yrs &lt;i&gt;) by site");
  });

  it("does not read atoms into a run that found no information", async () => {
    const nothing = { flags: ["no-information"], testFlags: ["no-information"], equalWeights: true };
    const { text } = await report({ information: 0.001, ...nothing, ridge: false });
    expect(sectionText(text, "verdict")).toMatch(
      /On the same rows ridge regression has an RMSE of [\d.]+, this model [\d.]+; without the predictions of ridge/,
    );
    expect(sectionText(text, "atoms")).toContain("No information was found.");
    expect(sectionText(text, "atoms")).not.toContain("Of these");
    expect(sectionText(text, "warnings")).toContain("cannot be told from 0");
  });

  it("puts the second reading beside the first, and explains synergy where it shows", async () => {
    const { text } = await report();
    const atoms = sectionText(text, "atoms");
    expect(atoms).toContain("by idep ± s.e.");
    expect(atoms).toMatch(/only thickness0\.03[^a-z]*to[^a-z]*2 %0\.21 ± 0\.02/);
    expect(atoms).toContain("broja takes as shared");
    expect(atoms).toContain("idep takes as unique");
    expect(atoms).toContain("two modalities that only add up (y = a + b) have synergy too");
    const older = sectionText((await report({ secondReading: null })).text, "atoms");
    expect(older).not.toContain("idep");
    const three = sectionText((await report({ modalities: ["a", "b", "c"] })).text, "atoms");
    expect(three).toContain("modalities that only add up (y = a + b + c) have synergy too");
    expect(three).not.toContain("idep");
  });

  it("of one modality speaks of no sharing, and of nothing that it leans on most", async () => {
    const { text } = await report({ modalities: ["a"] });
    const atoms = sectionText(text, "atoms");
    expect(atoms).toContain("only a");
    expect(atoms).not.toMatch(/every modality|only together|BROJA/);
    expect(text).not.toContain("leans most on");
  });

  it("covers three modalities and two targets", async () => {
    const { text, written } = await report({ modalities: ["a", "b", "c"], targets: ["NOX", "CO"] });
    expect(sectionText(text, "atoms")).toContain("some, not all");
    expect(sectionText(text, "predictions")).toContain("Half of the predictions of CO");
    expect(written.figures.map((f) => path.basename(f))).toContain("predicted-2.svg");
    expect(written.figures.map((f) => path.basename(f))).not.toContain("two-sets.svg");
  });

  it("shows every baseline, the bias correction and the intervals of groups, as metrics.json has them", async () => {
    const { files, text, written } = await report({ extras: true });
    const { baselines, biasCorrection, intervals, test } = files["metrics.json"] as MetricsFile;
    const verdict = sectionText(text, "verdict");
    expect(verdict).toContain(`mlp, test${formatNumber(baselines.mlp.test.perTarget.age.mae)}`);
    expect(verdict).toMatch(/(than that of|tell it from) mlp \(the best of the 3 baselines on the validation rows\)/);
    expect(verdict).toMatch(/off by [\d.]+ on average/);
    const gap = sectionText(text, "correction");
    expect(gap).toContain("The age gap, raw and corrected");
    expect(gap).toContain(`Raw predictions of age are off by ${formatNumber(test.perTarget.age.mae)} on average`);
    expect(gap).toContain(`off by ${formatNumber(biasCorrection?.test.perTarget.age.mae ?? null)} on average.`);
    const { groups } = intervals?.targets.age ?? {};
    expect(sectionText(text, "intervals")).toContain(`north${formatNumber(groups?.north.halfWidth ?? null)}`);
    expect(sectionText(text, "intervals")).toContain("1 more group of site with too few validation rows");
    expect(sectionText(text, "warnings")).toContain("too few validation rows of &quot;site&quot; tiny");
    expect(written.figures.map((f) => path.basename(f))).toContain("gap-corrected-1.svg");
  });

  it("shows errors by absent modality of the test rows", async () => {
    const { files, text } = await report({ extras: true });
    const { removed } = (files["metrics.json"] as MetricsFile).missingModalities ?? {};
    const rmse = formatNumber(removed?.[0].test?.perTarget.age.rmse ?? null);
    const absence = sectionText(text, "absence");
    expect(absence).toContain(`thickness is missed most: without it the RMSE is ${rmse}.`);
    expect(absence).toMatch(new RegExp(`thickness taken away[\\d.]+${rmse}300`));
    expect(absence).toContain("No test row lacks a modality.");
    expect(absence).not.toContain("lacking volumes"); // only validation rows do
    expect(absence).not.toContain("was not trained for");
  });

  it("refuses predictions of baselines on other rows", async () => {
    await writeRunFolder(folder, { extras: true });
    const file = path.join(folder, "comparisons.csv");
    await writeFile(file, (await readFile(file, "utf8")).replace("row-1,test", "row-x,test"));
    await expect(writeReport(folder)).rejects.toThrow(
      /comparisons\.csv: its test rows are not those of predictions\.csv/,
    );
  });

  it("puts another file's figures into a folder of its name, and refuses a file that is no HTML", async () => {
    await writeRunFolder(folder);
    await mkdir(path.join(folder, "deep"));
    const { file } = await writeReport(folder, path.join(folder, "deep", "brain.html"));
    expect(await readdir(path.dirname(file))).toEqual(["brain-figures", "brain.html"]);
    await expect(writeReport(folder, path.join(folder, "brain.pdf"))).rejects.toThrow("give a name that ends in .html");
    await expect(writeReport(folder, path.join(folder, "deep"))).rejects.toThrow("ends in .html");
    await expect(writeReport(folder, path.join(folder, "none", "b.html"))).rejects.toThrow(
      /b\.html: the folder to write into does not exist/,
    );
  });

  it("writes nothing when the run is damaged", async () => {
    await writeRunFolder(folder);
    await rm(path.join(folder, "data.json"));
    await expect(writeReport(folder)).rejects.toThrow("has no data.json");
    expect(await readdir(folder)).not.toContain("report.html");
    expect(await readdir(folder)).not.toContain("figures");
  });

  it("says nothing of missing values when the run did not count them", async () => {
    const files = await writeRunFolder(folder);
    const { missing: _, ...before } = files["data.json"] as Record<string, unknown>;
    await writeFile(path.join(folder, "data.json"), JSON.stringify(before));
    const { file } = await writeReport(folder);
    const card = sectionText(await readFile(file, "utf8"), "data");
    expect(card).toContain("The rows were split into");
    expect(card).not.toMatch(/missing values|feature value/);
  });

  it("shows rows, groups and targets of every part, where the run recorded them", async () => {
    const files = await writeRunFolder(folder, { units: { age: "years" } });
    const card = sectionText(await readFile((await writeReport(folder)).file, "utf8"), "data");
    expect(card).toMatch(/age \(years\)\s*rows\s*groups\s*mean\s*standard deviation\s*lowest\s*highest/);
    expect(card).toMatch(/validation\s*210\s*12\s*123\d\s*67\.8\s*1000\s*1400/);
    const { parts: _, unfit: _unfit, ...before } = files["data.json"] as Record<string, unknown>;
    await writeFile(path.join(folder, "data.json"), JSON.stringify(before));
    const older = sectionText(await readFile((await writeReport(folder)).file, "utf8"), "data");
    expect(older).not.toContain("standard deviation");
  });

  it("warns when predictions and metrics are not of one run", async () => {
    await writeRunFolder(folder, { name: "first" });
    const other = await mkdtemp(path.join(tmpdir(), "pidreg-report-"));
    await writeRunFolder(other, { name: "second" });
    await rm(path.join(folder, "predictions.csv"));
    const { copyFile } = await import("node:fs/promises");
    await copyFile(path.join(other, "predictions.csv"), path.join(folder, "predictions.csv"));
    await rm(other, { recursive: true });
    const { file } = await writeReport(folder);
    expect(sectionText(await readFile(file, "utf8"), "warnings")).toContain("files disagree");
  });
});

describe("prediction intervals", () => {
  it("says how many test rows the intervals hold", async () => {
    const { text } = await report();
    // validation and test rows of the made-up run are alike, so the intervals hold what they should
    expect(sectionText(text, "intervals")).toMatch(
      /90 % prediction intervals of age are the prediction ± [\d.]+\. They hold \d+ % of the 300 test rows \(95 % interval \d+ % to \d+ %\), as they should\./,
    );
  });

  it("has the known interval of a share", () => {
    // Wilson's formula worked in Python with z = 1.959964: (0.786398, 0.956524)
    const [low, high] = wilson(0.9, 50);
    expect(low).toBeCloseTo(0.7864, 4);
    expect(high).toBeCloseTo(0.9565, 4);
    expect(wilson(1, 10)[1]).toBe(1);
    const judged = (level: number, observed: number) => {
      const [from, to] = wilson(observed, 300);
      return heldAt({ level, observed, low: from, high: to });
    };
    expect([0.43, 0.46, 0.58].map((observed) => judged(0.5, observed))).toEqual([
      "too few",
      "as they should",
      "more than they need to",
    ]);
  });
});
