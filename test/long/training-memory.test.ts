import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { requireBuild, scratchFolder } from "../support/command.js";

const folder = scratchFolder();
const scripts = fileURLToPath(new URL("../../scripts/", import.meta.url));
const cases = JSON.parse(readFileSync(path.join(scripts, "memory.json"), "utf8"));

beforeAll(requireBuild);

/** Trains in a process of its own on the table of a recorded case. */
async function measure(name: string): Promise<number> {
  const { names, table, train } = await import(pathToFileURL(path.join(scripts, "measured.mjs")).href);
  const { rows, width, modalities, targets, config } = cases[name];
  const made = table({ rows, width, targets: names("y", targets), modalities: names("m", modalities) });
  const { code, stderr, megabytes } = await train(folder, name, made, config);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return megabytes;
}

// The formula is held against the record (src/run/training-memory.test.ts), the record against this machine; allocators
// and numbers of threads differ.
it.each(["small", "columns", "hidden"])(
  "a training takes what is recorded of it, within three tenths: %s",
  async (name) => {
    const share = (await measure(name)) / cases[name].measured;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(1.3);
  },
);
