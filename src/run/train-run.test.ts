import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { trainRun } from "./train-run.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-train-run-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each([
  { held: "members", ensemble: 1, message: "holds an ensemble, and the config asks for a single training" },
  { held: "checkpoint", ensemble: 3, message: "holds a single training, and the config asks for an ensemble" },
])("resuming with ensemble $ensemble leaves a folder with $held alone", async ({ held, ensemble, message }) => {
  const out = path.join(root, held);
  mkdirSync(path.join(out, held), { recursive: true });
  writeFileSync(path.join(out, "environment.json"), "{}");
  writeFileSync(
    path.join(root, "table.csv"),
    `y,a\n${Array.from({ length: 200 }, (_, i) => `${i % 7},${i}`).join("\n")}\n`,
  );
  const data = { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] } } };
  const config = parseConfig({ name: "tiny", ensemble, data, model: { latentDim: 2 } });
  await expect(trainRun({ config, baseFolder: root, out, resume: true })).rejects.toThrow(message);
  expect(existsSync(path.join(out, held))).toBe(true);
});
