import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuild, scratchFolder } from "../support/command.js";

const script = fileURLToPath(new URL("../../scripts/same-results.mjs", import.meta.url));
const recorded = fileURLToPath(new URL("fixtures/same-results.json", import.meta.url));
const folder = scratchFolder();
const found = path.join(folder, "found.json");

/** Runs the script; resolves to its exit code and what it prints. */
function sameResults(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

interface Recording {
  machine: Record<string, string>;
  cases: Record<string, Record<string, [digest: string, ...values: string[]]>>;
}

/** Compares the results found, after a change, with themselves. */
async function comparedAfter(change: (recording: Recording) => void) {
  const recording = JSON.parse(readFileSync(found, "utf8"));
  change(recording);
  const changed = path.join(folder, "changed.json");
  writeFileSync(changed, JSON.stringify(recording));
  return sameResults("compare", found, changed);
}

const rmse = "run/metrics.json test.overall.rmse";

beforeAll(async () => {
  await requireBuild();
  const { code, stderr } = await sameResults("record", found, "--brief");
  if (code !== 0) throw new Error(stderr);
}, 900_000);

describe("results", () => {
  it("are those recorded: to the last bit on a machine like the recording one, else within the case's tolerance", async () => {
    const { code, stdout, stderr } = await sameResults("compare", recorded, found);
    console.warn(`${stderr}${stdout}`);
    expect(code, `${stderr}${stdout}On purpose? ${path.basename(script)} says how to record anew.`).toBe(0);
    expect(stdout).toMatch(
      stderr.includes("another machine") ? /^the same within the tolerance/ : /^the same to the last bit/,
    );
  });
});

describe("the comparison", () => {
  it("names a number that changed in its last bit", async () => {
    const { code, stdout } = await comparedAfter(({ cases }) => {
      const kept = cases.quickstart[rmse];
      cases.quickstart[rmse] = ["other", kept[1].replace(/.$/, (digit) => String((Number(digit) + 1) % 10))];
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 of \d+ places differ, compared to the last bit:\nquickstart: run\/metrics.json test/);
    expect(stdout).toMatch(/rmse: value 1 was 0\.\d+, is 0\.\d+/);
  });

  it("tells a changed digest of numbers that were not kept, a lost place and a case that was not run", async () => {
    const { code, stdout } = await comparedAfter(({ cases }) => {
      cases.paper["run/metrics.jsonl terms.total"] = ["other"];
      delete cases.ensemble[rmse];
      delete (cases as Partial<typeof cases>).decompose;
    });
    expect(code).toBe(1);
    expect(stdout).toContain("paper: run/metrics.jsonl terms.total: values behind those recorded differ");
    expect(stdout).toContain(`ensemble: ${rmse}: is no longer there`);
    expect(stdout).toContain("decompose: was not run");
  });

  it("faults no new places, and tells them", async () => {
    const { code, stderr } = await comparedAfter(({ cases }) => {
      cases.paper["run/metrics.json accuracy"] = ["digest", "1"];
    });
    expect(code).toBe(0);
    expect(stderr).toBe("1 places are new, the first paper: run/metrics.json accuracy\n");
  });

  it("of another machine compares leading numbers within the tolerance, and says so", async () => {
    const shifted = (by: number) => (recording: Recording) => {
      recording.machine.processor = "another";
      recording.cases.quickstart[rmse] = ["other", String(Number(recording.cases.quickstart[rmse][1]) + by)];
      recording.cases.paper["run/metrics.jsonl terms.total"] = ["other"];
    };
    const near = await comparedAfter(shifted(0.05));
    expect(near).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("the same within the tolerance of each case"),
    });
    expect(near.stderr).toMatch(/^another machine: processor: .* \/ another\n$/);
    const far = await comparedAfter(shifted(0.07));
    expect(far.code).toBe(1);
    expect(far.stdout).toMatch(/^1 of \d+ places differ, compared within/);
  });
});
