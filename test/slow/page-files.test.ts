/// <reference lib="dom" />
import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../src/web/page/main.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { requireBuild, scratchFolder, succeeds } from "../support/command.js";
import { fileRuns, givenFiles, prepareFilePages, writeFileRows } from "../support/page-file-runs.js";
import { differences } from "../support/page-runs.js";

/** Single precision, by another order of sums than that of the compiled engine. */
const tolerance = 1e-5;

describe.skipIf(skipBrowser)("a page predicts rows of files as the command line does", () => {
  const folder = scratchFolder();
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    await requireBuild();
    await writeFileRows(folder);
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  /** Each test makes the page that it opens, unless one before it has. */
  const pages = new Map<string, Promise<void>>();
  const prepared = (name: string) => {
    const made =
      pages.get(name) ??
      prepareFilePages(
        folder,
        fileRuns.filter((run) => run.name === name),
      );
    pages.set(name, made);
    return made;
  };

  const predicted = (table: string, files: readonly (readonly [string, string])[]) =>
    page.call(
      async ([text, all]) => {
        const given = all.map(([name, base64]) => ({
          path: name,
          contents: new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
        }));
        try {
          return (await window.pidreg?.predictCsv(text, given)) ?? "";
        } catch (error) {
          return (error as Error).message;
        }
      },
      [table, files] as const,
    );

  it.each(fileRuns)("$name: files as $given", async ({ name, given, words = [] }) => {
    await prepared(name);
    await page.open(path.join(folder, `${name}.html`));
    const table = await readFile(path.join(folder, "rows.csv"), "utf8");
    await succeeds(["predict", name, "--data", "rows.csv", "--out", "out.csv", ...words], folder);
    const expected = await readFile(path.join(folder, "out.csv"), "utf8");
    expect(differences(await predicted(table, await givenFiles(folder, given)), expected, tolerance)).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  });

  /** What the page says once it has predicted anew, and the number that it shows first. */
  const shown = (done: string) =>
    page.call(async (words) => {
      const status = () => document.getElementById("status")?.textContent ?? "";
      const value = () => document.querySelector("#prediction strong")?.textContent ?? "";
      for (let i = 0; i < 1200 && !(status().includes(words) && value() !== ""); i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { status: status(), value: Number(value()) };
    }, done);
  const expectedOf = async (id: string) => {
    const [header, ...lines] = (await readFile(path.join(folder, "out.csv"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    return Number(lines.find(([name]) => name === id)?.[header.indexOf("age.prediction")]);
  };

  it("takes a folder that is dropped, and the files of the form", async () => {
    await prepared("photos");
    await mkdir(path.join(folder, "given/files"), { recursive: true });
    await cp(path.join(folder, "files/photos"), path.join(folder, "given/files/photos"), { recursive: true });
    await cp(path.join(folder, "rows.csv"), path.join(folder, "given/rows.csv"));
    await succeeds(["predict", "photos", "--data", "rows.csv", "--out", "out.csv"], folder);
    await page.show(1400, "light");
    await page.open(path.join(folder, "photos.html"));
    const place = await page.call(async () => {
      for (let i = 0; i < 400 && document.querySelector(".drop") === null; i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
      const { left, top } = document.querySelector(".drop")?.getBoundingClientRect() ?? { left: 0, top: 0 };
      return { x: left + 4, y: top + 4 };
    }, null);
    const data = { items: [], files: [path.join(folder, "given")], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"])
      await page.ask("Input.dispatchDragEvent", { type, ...place, data });
    const dropped = await shown("predicted in");
    expect(dropped.status).toMatch(/^200 rows of given\/rows.csv predicted/);
    expect(Math.abs(dropped.value / (await expectedOf("r0")) - 1)).toBeLessThan(1e-3);

    const [header, , second] = (await readFile(path.join(folder, "rows.csv"), "utf8")).split("\n");
    const cells = new Map(header.split(",").map((name, k) => [name, second.split(",")[k]] as const));
    const { root } = (await page.ask("DOM.getDocument", {})) as { root: { nodeId: number } };
    const query = { nodeId: root.nodeId, selector: "#file-0-0" };
    const { nodeId } = (await page.ask("DOM.querySelector", query)) as { nodeId: number };
    await page.ask("DOM.setFileInputFiles", { nodeId, files: [path.join(folder, cells.get("photo") ?? "")] });
    await page.call(
      ([crp, iron]) => {
        for (const [id, value] of [
          ["field-0", crp],
          ["field-1", iron],
        ])
          (document.getElementById(id) as HTMLInputElement).value = value;
        document.getElementById("predict-form")?.click();
      },
      [cells.get("crp") ?? "", cells.get("iron") ?? ""] as const,
    );
    const filled = await shown("the form");
    expect(Math.abs(filled.value / (await expectedOf("r1")) - 1)).toBeLessThan(1e-3);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  });
});
