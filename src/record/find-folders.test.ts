import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findFolders } from "./find-folders.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-find-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with empty files of these names. */
function folder(name: string, files: readonly string[]): string {
  const place = path.join(root, name);
  mkdirSync(place, { recursive: true });
  for (const file of files) writeFileSync(path.join(place, file), "");
  return place;
}

const run = ["config.yaml", "metrics.json"];
const paths = async (place: string) => {
  const { found } = await findFolders(path.join(root, place), "study.json");
  return found.map(({ path: at, kind }) => `${kind} ${at}`);
};

describe("folders of runs", () => {
  it("are found at any depth, without what is inside of them and what is no run", async () => {
    folder("some/one", run);
    folder("some/one/members/1", run);
    folder("some/deep/er/two", ["environment.json", "config.yaml"]);
    folder("some/begun", ["run.lock"]);
    folder("some/study", ["study.json"]);
    folder("some/study/runs/fold-1", run);
    folder("some/empty", []);
    folder("some/other", ["metrics.json", "notes.txt"]);
    folder("some/.trash/three", run);
    writeFileSync(path.join(root, "some/config.yaml"), "");
    expect(await paths("some")).toEqual(["run begun", "run deep/er/two", "run one", "study study"]);
  });

  it("may be the one that was asked for", async () => {
    expect(await paths("some/one")).toEqual(["run ."]);
  });

  it("are listed once where links lead to them, and links lead neither in circles nor elsewhere", async () => {
    const place = folder("linked", []);
    folder("linked/a", run);
    folder("outside/b", run);
    symlinkSync(place, path.join(place, "circle"));
    symlinkSync(path.join(place, "a"), path.join(place, "0-again"));
    symlinkSync(path.join(root, "outside/b"), path.join(place, "run-elsewhere"));
    symlinkSync(path.join(root, "outside"), path.join(place, "elsewhere"));
    symlinkSync(path.join(root, "nowhere"), path.join(place, "broken"));
    expect(await paths("linked")).toEqual(["run a", "run run-elsewhere"]);
  });

  it("are not looked for in what is no folder", async () => {
    await expect(findFolders(path.join(root, "none"), "study.json")).rejects.toThrow("there is no such folder");
    writeFileSync(path.join(root, "file"), "");
    await expect(findFolders(path.join(root, "file"), "study.json")).rejects.toThrow("is a file; expected a folder");
  });
});
