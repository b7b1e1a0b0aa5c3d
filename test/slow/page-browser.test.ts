/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../src/web/page/main.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { pidreg, requireBuild, scratchFolder, succeeds } from "../support/command.js";
import { prepareHostile } from "../support/hostile-text.js";
import { contrastFaults, overflowFaults } from "../support/page-checks.js";
import { documentsIn, pagedRuns, pageTable, preparePages, withoutColumns } from "../support/page-runs.js";

const views = [390, 1400].flatMap((width) => (["light", "dark"] as const).map((theme) => ({ width, theme })));
const markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";

describe.skipIf(skipBrowser)("a page in a browser", () => {
  const folder = scratchFolder();
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    await requireBuild();
    await preparePages(
      folder,
      pagedRuns.filter(({ name }) => ["classes", "targets", "lacking", "regression"].includes(name)),
    );
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  const clean = () => {
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  };

  /** Opens a page and waits until it shows its row of medians. */
  const opened = async (name: string) => {
    await page.open(path.join(folder, `${name}.html`));
    await settled();
  };
  const settled = () =>
    page.call(async () => {
      const still = () => document.querySelector("#curves figure, #curves table, #curves p, #app-row > p") !== null;
      for (let i = 0; i < 400 && !still(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }, null);

  /** Gives a table to the page as a paste does, and waits for what it says. */
  const given = async (text: string) => {
    const said = await page.call(async (table) => {
      const area = document.getElementById("paste") as HTMLTextAreaElement;
      const data = new DataTransfer();
      data.setData("text/plain", table);
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      const status = () => document.getElementById("status")?.textContent ?? "";
      for (let i = 0; i < 4000 && /^$|\.\.$/.test(status()); i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
      return status();
    }, text);
    await settled();
    return said;
  };

  it.each(["regression", "classes", "targets", "lacking"])(
    "%s: readable at both widths in both themes",
    async (name) => {
      for (const { width, theme } of views) {
        await page.show(width, theme);
        await opened(name);
        expect(await given(pageTable(30, "rows", name === "lacking" ? ["modality"] : []))).toMatch(
          /^30 rows of the pasted table predicted/,
        );
        await page.call(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        }, null);
        expect(await page.evaluate(contrastFaults), `contrast, ${theme}`).toEqual([]);
        expect(await page.evaluate(overflowFaults), `overflow at ${width}`).toEqual([]);
        const unnamed = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLInputElement>("input, select, textarea, progress")]
            .filter((field) => (field.labels?.length ?? 0) === 0 && field.getAttribute("aria-label") === null)
            .map(({ outerHTML }) => outerHTML),
        );
        expect(unnamed).toEqual([]);
      }
      clean();
    },
  );

  it("shows the numbers that scripts are given, sorts and filters them", async () => {
    await page.show(1400, "light");
    await opened("regression");
    const table = withoutColumns(pageTable(120, "many"), ["age"]);
    await given(table);
    const shown = await page.call(async (text) => {
      const rows = (await window.pidreg?.predict(text)) ?? [];
      const cells = () =>
        [...document.querySelectorAll("#predictions tbody tr")].map((row) =>
          [...row.children].map((cell) => cell.textContent ?? ""),
        );
      const first = cells();
      const sort = (at: number) =>
        (document.querySelectorAll("#predictions button.sort")[at] as HTMLButtonElement).click();
      sort(1);
      const ascending = cells().map(([, value]) => Number(value));
      sort(1);
      const descending = cells().map(([, value]) => Number(value));
      const filter = document.getElementById("filter") as HTMLInputElement;
      filter.value = "s11";
      filter.dispatchEvent(new Event("input"));
      const filtered = cells().map(([id]) => id);
      return {
        ids: rows.map(({ id }) => id),
        values: rows.map(({ prediction }) => Number(prediction.age)),
        first,
        ascending,
        descending,
        filtered,
      };
    }, table);
    expect(shown.first).toHaveLength(50);
    shown.first.forEach(([id, value], i) => {
      expect(id).toBe(shown.ids[i]);
      expect(Math.abs(Number(value) / shown.values[i] - 1)).toBeLessThan(1e-3);
    });
    const sorted = [...shown.values].sort((a, b) => a - b);
    expect(Math.abs(shown.ascending[0] / sorted[0] - 1)).toBeLessThan(1e-3);
    expect(Math.abs(shown.descending[0] / sorted[119] - 1)).toBeLessThan(1e-3);
    expect([...shown.filtered].sort()).toEqual(["s11", ...Array.from({ length: 10 }, (_, i) => `s11${i}`)].sort());
    clean();
  });

  it("says what would be predicted without a modality, and what to acquire next", async () => {
    await opened("lacking");
    const table = withoutColumns(pageTable(12, "switch"), ["age"]);
    await given(table);
    const before = await rowText();
    await page.call(() => (document.getElementById("with-1") as HTMLInputElement).click(), null);
    await settled();
    const after = await rowText();
    const lines = table
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const without = lines.map((cells, i) =>
      i === 0 ? cells : cells.map((cell, k) => (["thickness", "volume"].includes(lines[0][k]) ? "" : cell)),
    );
    const expected = await page.call(
      async (text) => Number(((await window.pidreg?.predict(text)) ?? [])[0].prediction.age),
      without.map((cells) => cells.join(",")).join("\n"),
    );
    expect(Math.abs(Number(after.value) / expected - 1)).toBeLessThan(1e-3);
    expect(after.value).not.toBe(before.value);
    expect(after.text).toContain(`as given: ${before.value}`);
    expect(after.text).toContain("What to acquire next");
    expect(after.text).toContain("A row that lacks a modality has no sample-level atoms");
    expect(before.text).not.toContain("What to acquire next");
    clean();
  });

  const rowText = () =>
    page.evaluate(() => ({
      value: document.querySelector("#prediction strong")?.textContent ?? "",
      text: document.getElementById("app-row")?.innerText ?? "",
    }));

  it("marks inputs outside of the training part", async () => {
    await opened("regression");
    const [header, first] = pageTable(1, "outside")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const cells = first.map((cell, k) => (header[k] === "thickness" ? "99" : header[k] === "sex" ? "X" : cell));
    await given(`${header.join(",")}\n${cells.join(",")}\n`);
    const marked = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("#inputs tr.outside")].map(({ innerText }) =>
        innerText.replace(/\s+/g, " "),
      ),
    );
    expect(marked).toHaveLength(2);
    expect(marked.join("\n")).toMatch(/sex.*no training row has it/);
    expect(marked.join("\n")).toMatch(/thickness.*above every training value/);
    clean();
  });

  it("can be used by keyboard alone", async () => {
    await page.show(1400, "light");
    await opened("targets");
    const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || "");
    const tabTo = async (wanted: string) => {
      for (let i = 0; i < 120; i++) {
        await page.press("Tab");
        if ((await focused()) === wanted) return;
      }
      throw new Error(`Tab never comes to ${wanted}`);
    };
    await tabTo("paste");
    await page.call(
      (text) => {
        (document.activeElement as HTMLTextAreaElement).value = text;
      },
      pageTable(8, "keys"),
    );
    await tabTo("predict-paste");
    await page.press("Enter");
    await page.call(async () => {
      const status = () => document.getElementById("status")?.textContent ?? "";
      for (let i = 0; i < 400 && !status().includes("predicted in"); i++)
        await new Promise((resolve) => setTimeout(resolve, 25));
    }, null);
    await settled();
    await tabTo("age: prediction");
    await page.press("Enter");
    expect(await page.evaluate(() => document.querySelector("th[aria-sort=ascending]")?.textContent)).toContain("age");
    await tabTo("s5");
    await page.press("Enter");
    await settled();
    expect((await rowText()).text).toContain("Row s5");
    await tabTo("moved-to");
    const before = await rowText();
    for (let i = 0; i < 60; i++) await page.press("ArrowRight");
    await settled();
    await page.call(() => new Promise((resolve) => setTimeout(resolve, 500)), null);
    expect((await rowText()).value).not.toBe(before.value);
    expect(await focused()).toBe("moved-to");
    clean();
  });

  it("says what is wrong with a table, and goes on", async () => {
    await opened("classes");
    expect(await given("id,crp\n1,2\n")).toMatch(/column/);
    expect(await given(pageTable(3, "x").replace(/,2\.\d+,/, ",thick,"))).toMatch(/"thickness".*thick/);
    expect(await given(pageTable(3, "good"))).toMatch(/^3 rows/);
    clean();
  });

  it("answers while it predicts 100,000 rows", { timeout: 900_000 }, async () => {
    await opened("classes");
    const [header, ...lines] = pageTable(2000, "long").trimEnd().split("\n");
    const long = Array.from({ length: 100_000 }, (_, i) => `r${i},${lines[i % 2000].split(",").slice(1).join(",")}`);
    await page.call(() => {
      const turns = { longest: 0, last: performance.now(), began: performance.now() };
      Object.assign(window, { turns });
      setInterval(() => {
        const now = performance.now();
        turns.longest = Math.max(turns.longest, now - turns.last);
        turns.last = now;
      }, 5);
    }, null);
    expect(await given(`${header}\n${long.join("\n")}\n`)).toMatch(/^100,?\s?000 rows/);
    const { longest, whole } = await page.evaluate(() => {
      const { turns } = window as unknown as { turns: { longest: number; last: number; began: number } };
      return { longest: turns.longest, whole: turns.last - turns.began };
    });
    // No single step takes more than a small part of the whole: the page answers in between.
    expect(longest / whole).toBeLessThan(0.25);
    clean();
  });

  it("shows names and cells of a hostile table as text", async () => {
    await prepareHostile(folder);
    await succeeds(["page", "run", "--out", "hostile.html"], folder);
    const table = await readFile(path.join(folder, "t.csv"), "utf8");
    for (const { width, theme } of views) {
      await page.show(width, theme);
      await opened("hostile");
      const csv = table.replace(/^"r1/m, `"${markup}r1`);
      expect(await given(csv)).toMatch(/^200 rows/);
      const seen = await page.evaluate(() => ({
        images: document.images.length,
        scripts: document.scripts.length,
        text: document.body.innerText,
      }));
      expect(seen).toMatchObject({ images: 0, scripts: 1 });
      expect(seen.text).toContain("\\u202e");
      expect([..."\u202e\u2066\u200f\u061c\u200b\u0007\u001b"].filter((mark) => seen.text.includes(mark))).toEqual([]);
      expect(await page.evaluate(contrastFaults)).toEqual([]);
      expect(await page.evaluate(overflowFaults)).toEqual([]);
    }
    clean();
  });

  it("is one file under 4 MB whose policy lets its own programs run and nothing else", async () => {
    const text = await readFile(path.join(folder, "regression.html"), "utf8");
    expect(Buffer.byteLength(text)).toBeLessThan(4e6);
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src( 'sha256-[A-Za-z0-9+/]{43}='){2}; style-src 'unsafe-inline'; img-src data:$/,
    );
    expect(text).not.toMatch(/<(?:link|script|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    // Not one row of the table: neither its name nor its place on the disk.
    const held = `${text}${await documentsIn(text)}`;
    expect(held).toContain('"atomReader"');
    for (const id of ["subject-0017", folder]) expect(held).not.toContain(id);
  });

  it("refuses a name that is no page's", async () => {
    const { code, stderr } = await pidreg(["page", "regression", "--out", "page.txt"], folder);
    expect(code).toBe(2);
    expect(stderr).toContain("a page is an HTML file; give a name that ends in .html");
  });
});
