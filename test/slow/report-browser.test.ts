import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PidFile } from "../../src/record/pid-schemas.js";
import type { LatentsFile, MetricsFile } from "../../src/record/run-schemas.js";
import { writeComparison } from "../../src/report/compare/write-comparison.js";
import { formatBits, formatNumber, formatShare } from "../../src/report/text.js";
import { writeReport } from "../../src/report/write-report.js";
import { compareRuns } from "../../src/study/compare/compare-runs.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { contrastFaults, overflowFaults, pageContent } from "../support/page-checks.js";
import { writeRunFolder } from "../support/run-folder.js";

const hostile = "<img src=x onerror=alert(1)>";
const views = [390, 1400].flatMap((width) => (["light", "dark"] as const).map((theme) => ({ width, theme })));

describe.skipIf(skipBrowser)("the report in a browser", () => {
  let browser: Browser | undefined;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pidreg-report-"));
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** Writes a made-up run and opens its report. */
  const opened = async (name: string, options: Parameters<typeof writeRunFolder>[1]) => {
    const files = await writeRunFolder(path.join(folder, name), options);
    const written = await writeReport(path.join(folder, name));
    await page.open(written.file);
    return { files, written };
  };
  const clean = () => {
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  };

  /** Contrast and overflow at both widths in both themes. */
  const readable = async (also: () => Promise<void>) => {
    for (const { width, theme } of views) {
      await page.show(width, theme);
      await also();
      expect(await page.evaluate(contrastFaults), `contrast, ${theme}`).toEqual([]);
      expect(await page.evaluate(overflowFaults), `overflow at ${width}`).toEqual([]);
    }
  };

  it("shows hostile names as text, every figure, at both widths in both themes", async () => {
    const { written } = await opened("hostile", {
      name: hostile,
      modalities: ["body", hostile, "blood"],
      targets: ["NOX", hostile],
      extras: true,
    });
    const described = await Promise.all(written.figures.map(async (file) => description(await readFile(file, "utf8"))));
    await readable(async () => {
      const { heading, images, figures, text } = await page.evaluate(pageContent);
      expect(heading).toBe(hostile);
      expect(text).toContain(`only ${hostile}`);
      expect(images).toBe(0);
      expect(figures).toEqual(described);
    });
    clean();
  });

  it("shows the values of the JSON files", async () => {
    const { files } = await opened("values", {});
    const { tables } = await page.evaluate(pageContent);
    const metrics = files["metrics.json"] as MetricsFile;
    const pid = files["pid.json"] as PidFile;
    const latents = files["latents.json"] as LatentsFile;
    const { age } = metrics.test.perTarget;
    expect(row(tables.verdict, "this model, test").slice(0, 4)).toEqual([
      formatNumber(age.mae),
      formatNumber(age.rmse),
      formatShare(age.r2),
      formatShare(age.pearson),
    ]);
    expect(row(tables.verdict, "ridge, test")[1]).toBe(formatNumber(metrics.baselines.ridge.test.perTarget.age.rmse));
    const bits = (name: string) => row(tables.atoms, name)[0];
    expect(bits("all modalities together")).toBe(formatBits(pid.information.total));
    expect(bits("thickness alone")).toBe(formatBits(pid.information.byModality.thickness));
    expect(bits("only volumes")).toBe(formatBits(pid.atoms.unique.volumes));
    expect(bits("both")).toBe(formatBits(pid.atoms.redundancy));
    expect(bits("only together")).toBe(formatBits(pid.atoms.synergy));
    expect(row(tables.latents, "volumes")).toEqual([
      formatShare(pid.lambda?.volumes ?? null),
      ...[0.991, 0.948, latents.modalities.volumes.radius?.w ?? 0].map(formatShare),
      "1 of 3",
    ]);
    clean();
  });

  it("shows a comparison of runs as readably", async () => {
    const names = { name: hostile, modalities: ["body", hostile, "blood"], targets: ["NOX", hostile] };
    await writeRunFolder(path.join(folder, "a"), names);
    await writeRunFolder(path.join(folder, "b"), names);
    await appendFile(path.join(folder, "b", "config.yaml"), "model: { latentDim: 8 }\n");
    const comparison = await compareRuns([path.join(folder, "a"), path.join(folder, "b")]);
    const written = await writeComparison(comparison, path.join(folder, "compared"));
    await page.open(written.file);
    const { heading, images, figures, tables } = await page.evaluate(pageContent);
    expect({ heading, images, figures: figures.length }).toEqual({
      heading: `${hostile}: comparison`,
      images: 0,
      figures: written.figures.length,
    });
    const total = comparison.atoms.find(({ label }) => label === "all together");
    expect(row(tables.information, "all together")[0]).toBe(formatBits(total?.values[0]?.mean ?? null));
    await readable(async () => undefined);
    clean();
  });

  it("is looked at by checks that can fail", async () => {
    const text = await readFile(path.join(folder, "values", "report.html"), "utf8");
    const broken = path.join(folder, "broken.html");
    await writeFile(
      broken,
      text
        .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
        .replace(
          "<main>",
          `<main><p style="color:#999">grey</p><pre style="width:2000px;overflow:visible">long</pre>${hostile}`,
        ),
    );
    await page.show(390, "light");
    await page.open(broken);
    expect((await page.evaluate(contrastFaults)).join()).toContain("grey");
    expect((await page.evaluate(overflowFaults)).join()).toContain("the page is");
    expect((await page.evaluate(pageContent)).images).toBe(1);
    expect(page.complaints.length).toBeGreaterThan(0);
    expect(page.requests).toHaveLength(1);
  });
});

function description(svg: string): string {
  const [, text] = /aria-label="([^"]*)"/.exec(svg) ?? [];
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name]);
}

/** Cells of the row with this name, in the first table that has it. */
function row(rows: readonly (readonly string[])[], name: string): readonly string[] {
  const found = rows.find(([first]) => first === name);
  if (found === undefined) throw new Error(`no row "${name}" among ${rows.map(([first]) => first).join(", ")}`);
  return found.slice(1);
}
