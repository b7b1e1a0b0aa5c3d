import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibleNodes, axeFaults, headingFaults, namelessFaults } from "../support/accessibility.js";
import { Browser, type Page, skipBrowser } from "../support/browser.js";
import { pidreg, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";
import { itLong } from "../support/long.js";
import { contrastFaults, overflowFaults, pageContent } from "../support/page-checks.js";

const home = scratchFolder();

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "600", "--columns", "3"], home);
});

/** A watch that was started, and its address. */
async function watching(folder: string, ...more: string[]) {
  const command = start(["watch", folder, ...more], home);
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    command.child.stdout?.on("data", (more: string) => {
      text += more;
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\//.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    command.child.on("close", () => reject(new Error("ended without an address")));
  });
  return { command, url };
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isSo()) return;
    await wait(100);
  }
  throw new Error(`${what} did not happen`);
}

describe.skipIf(skipBrowser)("in a browser", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = Browser.start();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  itLong("follows a training that grows, and ends with it", async () => {
    const epochs = ["--set", "training.stage1.maxEpochs=80", "--set", "training.stage2.maxEpochs=300"];
    const training = start(["train", "data/config.yaml", ...tinyModel, ...epochs, "--out", "run", "--quiet"], home);
    await until(async () => existsSync(path.join(home, "run/metrics.jsonl")), "the first epoch");
    const { command, url } = await watching("run");
    await page.show(1400, "light");
    await page.open(url);
    const textOf = async () => (await page.evaluate(pageContent)).text;
    await until(async () => /Stage \d, epoch \d+/.test(await textOf()), "an epoch");
    const before = await textOf();
    await until(async () => (await textOf()) !== before, "another epoch");
    const { figures } = await page.evaluate(pageContent);
    expect(figures.some((text) => text.startsWith("Training and validation cost"))).toBe(true);
    expect(namelessFaults(await accessibleNodes(page))).toEqual([]);
    expect(await headingFaults(page)).toEqual([]);
    expect(await axeFaults(page)).toEqual([]);
    for (const [width, theme] of [
      [390, "light"],
      [390, "dark"],
      [1400, "dark"],
    ] as const) {
      await page.show(width, theme);
      expect(await page.evaluate(contrastFaults), `${width} ${theme}`).toEqual([]);
      expect(await page.evaluate(overflowFaults), `${width} ${theme}`).toEqual([]);
    }
    expect((await training.finished).code).toBe(0);
    const ended = await command.finished;
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("All trainings have ended.");
    await until(async () => (await textOf()).includes("All trainings have ended."), "the end on the page");
    expect(page.complaints).toEqual([]);
    expect(page.requests.filter((place) => place !== `${url}state`)).toEqual([]);
    expect(page.requests.length).toBeGreaterThan(1);
  });
});

it("ends on Ctrl-C, and leaves what it watched alone", async () => {
  await succeeds(
    ["crossval", "data/config.yaml", "--folds", "2", ...tinyModel, "--out", "planned", "--plan-only"],
    home,
  );
  const { command, url } = await watching("planned");
  const state = await (await fetch(`${url}state`)).json();
  expect(state.ended).toBeNull();
  expect(JSON.stringify(state.sections)).toContain("2 trainings: 2 planned.");
  command.child.kill("SIGINT");
  const ended = await command.finished;
  expect(ended).toMatchObject({ code: 130 });
  expect(ended.stderr).toContain("what it watched goes on");
  await expect(fetch(url)).rejects.toThrow();
});

it("closes when nothing goes on", async () => {
  const { command } = await watching("planned", "--idle", "2s");
  const ended = await command.finished;
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain("closed after 2s");
});

it("refuses what has ended, and what is no folder", async () => {
  await succeeds(["train", "data/config.yaml", ...tinyModel, "--out", "done", "--quiet"], home);
  expect(await pidreg(["watch", "done"], home)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nothing to follow"),
  });
  writeFileSync(path.join(home, "file"), "");
  for (const folder of ["file", "nowhere"])
    expect(await pidreg(["watch", folder], home)).toMatchObject({ code: 2, stdout: "" });
  expect(await pidreg(["watch", "done", "--idle", "soon"], home)).toMatchObject({ code: 2 });
});
