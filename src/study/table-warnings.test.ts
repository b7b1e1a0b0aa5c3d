import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { InputError } from "../errors.js";
import { pooled } from "../executors/processes.js";
import { ablate } from "./ablate.js";
import { crossval } from "./crossval.js";
import { select } from "./select.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-warnings-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** 40 of 100 rows have no target, and -9999 stands in some cells of `a`. */
const lines = Array.from({ length: 100 }, (_, i) =>
  [i < 40 ? "" : i, i % 25 === 9 ? -9999 : 50 + ((i * 7) % 31), (i * 5) % 13].join(","),
);
writeFileSync(path.join(root, "table.csv"), `y,a,b\n${lines.join("\n")}\n`);
const config = (missingValues?: number[]) =>
  parseConfig({
    name: "strange",
    data: {
      ...{ file: "table.csv", target: "y", missing: "mean", missingValues },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
    },
  });

const kinds = {
  crossval: (request: object) => crossval({ ...request, folds: 3, repeats: 1 } as never),
  select: (request: object) =>
    select({ ...request, repeats: 1, seeds: 1, margin: 0.02, decideOn: "validation" } as never),
  ablate: (request: object) => ablate({ ...request, repeats: 1, seeds: 1 } as never),
};

it.each(Object.entries(kinds))(
  "%s tells lost rows and numbers that may mean missing, before it trains",
  async (kind, study) => {
    const told = async (missingValues?: number[]) => {
      const warnings: string[] = [];
      const executor = pooled(
        async () => {
          throw new InputError(`training after ${warnings.length} warnings`);
        },
        { jobs: 1 },
      );
      const out = path.join(root, `${kind}-${String(missingValues)}`);
      const request = { config: config(missingValues), baseFolder: root, out, executor };
      const onWarning = (text: string) => void warnings.push(text);
      await expect(study({ ...request, onWarning })).rejects.toThrow(/^training after \d/);
      return warnings;
    };
    expect(await told()).toEqual([
      expect.stringMatching(/^left out 40 rows \(no value of target y\): .*; that is 40 % of 100$/),
      expect.stringMatching(/^-9999 lies far outside .*"a" \(2 of 60 values/),
    ]);
    expect(await told([-9999])).toHaveLength(1);
  },
);

it("what is refused of a table comes after what was lost", async () => {
  const request = { config: config([-9999]), baseFolder: root, out: path.join(root, "many") };
  await expect(crossval({ ...request, folds: 90, repeats: 1 })).rejects.toThrow(
    /^left out 40 rows .* 40 % of 100\. Then: 60 rows cannot fill 90 folds/,
  );
});
