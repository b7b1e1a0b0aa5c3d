/// <reference lib="dom" />
import { readFile } from "node:fs/promises";
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
    await prepareFilePages(folder);
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

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
    await page.open(path.join(folder, `${name}.html`));
    const table = await readFile(path.join(folder, "rows.csv"), "utf8");
    await succeeds(["predict", name, "--data", "rows.csv", "--out", "out.csv", ...words], folder);
    const expected = await readFile(path.join(folder, "out.csv"), "utf8");
    expect(differences(await predicted(table, await givenFiles(folder, given)), expected, tolerance)).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  });
});
