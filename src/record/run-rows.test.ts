import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Commit } from "./commit.js";
import { digestsKey } from "./digests.js";
import { RunFolder, runFiles } from "./run-folder.js";
import { readRunRows, refuseOtherRows, rowsText } from "./run-rows.js";

const ids = { train: ["s1", "s2"], validation: ["s3"], test: ["s4"] };
const digests = { train: ["a", "b"], validation: ["c"], test: ["d"] };
const checksums = { "table.csv": "sum" };
const moved = { train: ["s1"], validation: ["s3"], test: ["s4", "s2"] };

let folder: RunFolder;
beforeEach(async () => {
  folder = new RunFolder(await mkdtemp(path.join(tmpdir(), "pidreg-run-rows-")));
});
afterEach(() => rm(folder.path, { recursive: true }));

async function write(rows: Readonly<Record<string, object>>, { finished = true } = {}): Promise<void> {
  const commit = await Commit.begin(folder);
  await commit.place(runFiles.environment, JSON.stringify({ dataChecksum: checksums, [digestsKey]: runFiles.digests }));
  for (const [name, value] of Object.entries(rows)) await commit.place(name, rowsText(value as typeof ids, name));
  if (!finished) return;
  await commit.write(runFiles.metrics, "{}");
  await commit.finish();
}

it("reads what a run recorded, and null for what a run of another version, or a model alone, did not", async () => {
  expect(await readRunRows(folder.path)).toEqual({ ids: null, digests: null, checksums: {} });
  await write({ [runFiles.split]: ids });
  expect(await readRunRows(folder.path)).toEqual({ ids, digests: null, checksums });
  await write({ [runFiles.split]: ids, [runFiles.rows]: digests });
  expect(await readRunRows(folder.path)).toEqual({ ids, digests, checksums });
});

it.each([runFiles.split, runFiles.rows, runFiles.environment])(
  "refuses %s that was edited or taken away",
  async (name) => {
    await write({ [runFiles.split]: ids, [runFiles.rows]: digests });
    const text = await folder.readText(name);
    await writeFile(folder.file(name), text.replace(/[a-z]/, "x"));
    await expect(readRunRows(folder.path)).rejects.toThrow(`${folder.file(name)}: was damaged or edited: its SHA-256`);
    await rm(folder.file(name));
    await expect(readRunRows(folder.path)).rejects.toThrow(
      `${folder.file(name)}: was damaged or edited: it is missing`,
    );
  },
);

it("refuses lists of different lengths in a run without digests", async () => {
  await write({ [runFiles.split]: moved, [runFiles.rows]: digests }, { finished: false });
  await expect(readRunRows(folder.path)).rejects.toThrow('"train" has 2 rows and split.json 1');
});

it.each([true, false])("a run is continued on its own rows only; finished: %s", async (finished) => {
  await write({ [runFiles.split]: ids }, { finished });
  await refuseOtherRows(folder, ids);
  await expect(refuseOtherRows(folder, moved)).rejects.toThrow("split.json: holds other rows than this version");
  await writeFile(folder.file(runFiles.split), "{");
  const damaged = refuseOtherRows(folder, ids);
  // What was finished is written again; what was not has nothing else to go by.
  if (finished) await damaged;
  else await expect(damaged).rejects.toThrow("it was damaged or edited, or the run was begun with another version");
});
