/// <reference lib="dom" />
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PageContents } from "../../src/web/contents.js";
import type {} from "../../src/web/page/main.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { requireBuild, scratchFolder, succeeds } from "../support/command.js";
import {
  contentsIn,
  differences,
  documentsIn,
  pagedRuns,
  pageTable,
  preparePages,
  withoutColumns,
} from "../support/page-runs.js";

/** Single precision, by another order of sums than that of the compiled engine. */
const tolerance = 1e-5;

describe.skipIf(skipBrowser)("a page predicts what the command line predicts", () => {
  const folder = scratchFolder();
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    await requireBuild();
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  /** Each test makes the page that it opens, unless one before it has. */
  const pages = new Map<string, Promise<void>>();
  const prepared = (name: string) => {
    const made =
      pages.get(name) ??
      preparePages(
        folder,
        pagedRuns.filter((run) => run.name === name),
      );
    pages.set(name, made);
    return made;
  };

  const tables: readonly (readonly [string, string])[] = [
    ["with the targets known", pageTable(40, "known")],
    ["of rows without targets", withoutColumns(pageTable(300, "unknown"), ["age", "score", "diagnosis"])],
    ["between tabs", pageTable(12, "tabs").replaceAll(",", "\t")],
  ];
  const lacking = ["of rows that lack modalities", pageTable(60, "gaps", ["modality"])] as const;
  const filled = ["of rows with gaps", pageTable(60, "cells", ["cell", "modality"])] as const;

  for (const { name } of pagedRuns) {
    const own = [
      ...tables,
      ...(["lacking", "linear"].includes(name) ? [lacking] : []),
      ...(name === "regression" ? [filled] : []),
    ];
    it.each(own)(`${name}: a table %s`, async (_, table) => {
      await prepared(name);
      await page.open(path.join(folder, `${name}.html`));
      const file = table.includes("\t") ? "new.tsv" : "new.csv";
      await writeFile(path.join(folder, file), table);
      await succeeds(["predict", name, "--data", file, "--out", "out.csv"], folder);
      const expected = await readFile(path.join(folder, "out.csv"), "utf8");
      const { csv, rows } = await page.call(async (text) => {
        if (window.pidreg === undefined) throw new Error("the page has no program");
        return { csv: await window.pidreg.predictCsv(text), rows: await window.pidreg.predict(text) };
      }, table);
      expect(differences(csv, expected, tolerance)).toEqual([]);
      expect(rows).toHaveLength(expected.trimEnd().split("\n").length - 1);
      expect(page.complaints).toEqual([]);
      expect(page.requests).toEqual([]);
    });
  }

  it("near training rows are part of a model that has them", async () => {
    await prepared("near");
    const page = await readFile(path.join(folder, "near.html"), "utf8");
    expect(await documentsIn(page)).toMatch(/"neighbours":\{"rows":\d+,"width":\d+\}/);
  });

  it("an ensemble holds once what its members share", async () => {
    await prepared("ensemble");
    await succeeds(["page", "ensemble/members/1", "--out", "member.html"], folder);
    const held = async (name: string) => contentsIn(await readFile(path.join(folder, name), "utf8"));
    const [all, one] = [await held("ensemble.html"), await held("member.html")];
    const size = ({ documents, lists }: PageContents) => documents.length + lists.length;
    expect(size(all)).toBeLessThan(1.25 * size(one));
    expect(all.weights.join("").length).toBeLessThan(2.1 * one.weights.join("").length);
  });
});
