/// <reference lib="dom" />
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibleNodes, axeFaults, headingFaults, namelessFaults } from "../support/accessibility.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { requireBuild, scratchFolder, succeeds } from "../support/command.js";
import { fileRuns, prepareFilePages, writeFileRows } from "../support/page-file-runs.js";
import { pagedRuns, pageTable, preparePages } from "../support/page-runs.js";

describe.skipIf(skipBrowser)("what a screen reader is told", () => {
  const folder = scratchFolder();
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    await requireBuild();
    await preparePages(
      folder,
      pagedRuns.filter(({ name }) => name === "lacking" || name === "classes"),
    );
    await writeFileRows(folder);
    await prepareFilePages(
      folder,
      fileRuns.filter(({ name }) => name === "photos"),
    );
    for (const name of ["lacking", "classes", "photos"]) await succeeds(["report", name], folder);
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  /** Opens a page, gives it a table, and waits until it is drawn. */
  const given = async (name: string, table: string) => {
    await page.open(path.join(folder, `${name}.html`));
    await page.call(async (text) => {
      const until = async (isSo: () => boolean) => {
        for (let i = 0; i < 2000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
      };
      await until(() => document.getElementById("paste") !== null);
      const area = document.getElementById("paste") as HTMLTextAreaElement;
      area.value = text;
      document.getElementById("predict-paste")?.click();
      await until(() => /predicted in|column|file/.test(document.getElementById("status")?.textContent ?? ""));
      await until(() => document.querySelector("#curves figure, #curves table, #curves p") !== null);
      for (const details of document.querySelectorAll("details")) details.open = true;
    }, table);
  };

  const faults = async () => [
    ...namelessFaults(await accessibleNodes(page)),
    ...(await headingFaults(page)),
    ...(await axeFaults(page)),
  ];
  const photoTable = "id,crp,iron,photo\nr0,0.1,0.2,\nr1,1,-1,\n";

  it.each([
    ["lacking", pageTable(12, "heard", ["modality"])],
    ["classes", pageTable(12, "heard")],
    ["photos", photoTable],
  ])("page %s: names, headings and the rules of axe", async (name, table) => {
    for (const theme of ["light", "dark"] as const) {
      await page.show(theme === "light" ? 390 : 1400, theme);
      await given(name, table);
      expect(await faults(), theme).toEqual([]);
    }
  });

  it.each(["lacking", "classes", "photos"])("report of %s: names, headings and the rules of axe", async (name) => {
    await page.show(1400, "light");
    await page.open(path.join(folder, name, "report.html"));
    expect(await faults()).toEqual([]);
  });

  it("says by a live region what comes of rows, and what is wrong with them", async () => {
    await given("lacking", pageTable(12, "heard"));
    const live = () =>
      page.evaluate(() => {
        const status = document.getElementById("status");
        return {
          role: status?.getAttribute("role"),
          live: status?.getAttribute("aria-live"),
          text: status?.textContent,
        };
      });
    expect(await live()).toMatchObject({ role: "status", live: "polite" });
    expect((await live()).text).toMatch(/^12 rows of the pasted table predicted/);
    await given("lacking", "id,crp\n1,2\n");
    expect((await live()).text).toMatch(/column/);
    expect((await accessibleNodes(page)).some(({ role }) => role === "status")).toBe(true);
  });

  it("is read in the order of its use: rows, what came of them, one of them", async () => {
    await page.show(390, "light");
    await given("lacking", pageTable(12, "heard", ["modality"]));
    const nodes = await accessibleNodes(page);
    const heard = nodes.map(({ role, name }) => `${role} ${name}`);
    const inOrder = [
      ...["heading lacking", "link Rows to predict", "heading Rows to predict"],
      ...["button Choose a table (CSV or TSV), or drop it here", "textbox Or paste it, with its header"],
      ...["button Predict the pasted table", "DisclosureTriangle Which columns the table needs"],
      ...["DisclosureTriangle Or fill in one row", "status ", "heading Predictions", "searchbox Filter"],
      ...["button Download as CSV", "table Predictions of the pasted table", "columnheader id", "rowheader s0"],
      ...["heading One row", "button Row after", "group Modalities", "checkbox blood"],
      ...["heading What each modality contributes", "heading What the modalities know of it", "heading The inputs"],
      ...["table The inputs, among the training values", "heading How well it predicts"],
    ];
    let at = -1;
    for (const wanted of inOrder) {
      const next = heard.indexOf(wanted, at + 1);
      expect(next, `${wanted}, after ${heard[at]}`).toBeGreaterThan(at);
      at = next;
    }
    // Contents that only the program reads, and the program itself, are not told.
    expect(heard.filter((text) => text.length > 2000)).toEqual([]);
    // What comes of an action is said by a region that is read out; decorations are not.
    expect(nodes.filter(({ role }) => role === "status").length).toBeGreaterThanOrEqual(3);
    expect(nodes.filter(({ role, name }) => role === "image" && name === "")).toEqual([]);
  });

  it("comes to every control by Tab, in the order in which they stand", async () => {
    await page.show(1400, "light");
    await given("photos", photoTable);
    const wanted = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("input, select, textarea, button")]
        .filter((element) => element.checkVisibility() && !(element as HTMLInputElement).disabled)
        .map((element, i) => {
          element.dataset.place = String(i);
          return i;
        }),
    );
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const visited: number[] = [];
    for (let i = 0; i < 200 && visited.length < wanted.length; i++) {
      await page.press("Tab");
      const place = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.place ?? "");
      if (place !== "") visited.push(Number(place));
    }
    expect(visited).toEqual(wanted);
  });
});
