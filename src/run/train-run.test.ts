import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { parseConfig } from "../config/load.js";
import { trainRun } from "./train-run.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-train-run-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

writeFileSync(
  path.join(root, "table.csv"),
  `y,a\n${Array.from({ length: 600 }, (_, i) => `${i % 7},${i}`).join("\n")}\n`,
);
const data = { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] } } };
const tiny = { name: "tiny", data, model: { latentDim: 2 } };

it.each([
  { held: "members", ensemble: 1, message: "holds an ensemble, and the config asks for a single training" },
  { held: "checkpoint", ensemble: 3, message: "holds a single training, and the config asks for an ensemble" },
])("resuming with ensemble $ensemble leaves a folder with $held alone", async ({ held, ensemble, message }) => {
  const out = path.join(root, held);
  mkdirSync(path.join(out, held), { recursive: true });
  writeFileSync(path.join(out, "environment.json"), "{}");
  const config = parseConfig({ ...tiny, ensemble });
  await expect(trainRun({ config, baseFolder: root, out, resume: true })).rejects.toThrow(message);
  expect(existsSync(path.join(out, held))).toBe(true);
});

it("resuming an ensemble whose members are of another config leaves the folder as it was", async () => {
  const out = path.join(root, "ensemble");
  const member = path.join(out, "members", "1");
  mkdirSync(member, { recursive: true });
  const kept = { "environment.json": "{}", "config.yaml": JSON.stringify({ ...tiny, seed: 2 }) };
  for (const folder of [out, member]) {
    for (const [file, text] of Object.entries(kept)) writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(member, "environment.json"), JSON.stringify({ dataChecksum: {} }));
  const config = parseConfig({ ...tiny, ensemble: 2 });
  const resumed = trainRun({ config, baseFolder: root, out, resume: true });
  await expect(resumed).rejects.toThrow(/members.1: was begun with another config/);
  for (const [file, text] of Object.entries(kept)) expect(readFileSync(path.join(out, file), "utf8")).toBe(text);
});

it("says before it trains that there is too little memory", async () => {
  const available = vi.spyOn(process, "availableMemory").mockReturnValue(0);
  const taken = vi.spyOn(process.memoryUsage, "rss").mockReturnValue(1e8);
  const abort = new AbortController();
  const messages: string[] = [];
  const message = (text: string) => {
    messages.push(text);
    abort.abort();
  };
  const out = path.join(root, "memory");
  const config = parseConfig({ ...tiny, engine: "cpu" });
  const trained = trainRun({ config, baseFolder: root, out, observer: { message }, signal: abort.signal });
  await expect(trained).rejects.toThrow("interrupted");
  available.mockRestore();
  taken.mockRestore();
  expect(messages).toContainEqual(
    expect.stringMatching(/^memory: this training will need about 0\.3 GB, and there are 0\.1 GB;/),
  );
});

it("counts the time of a command from the start of its process, that of a call from the call", async () => {
  const stages = { pilot: { epochs: 1 }, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } };
  const config = parseConfig({ ...tiny, quality: "fast", training: stages });
  const begunOf = async (name: string, command?: string) => {
    const out = path.join(root, name);
    await trainRun({ config, baseFolder: root, out, ...(command === undefined ? {} : { command }) });
    const { begun, seconds } = JSON.parse(readFileSync(path.join(out, "provenance.json"), "utf8"));
    return { begun: Date.parse(begun), seconds };
  };
  const called = Date.now();
  const own = await begunOf("called");
  expect(own.begun).toBeGreaterThanOrEqual(called);
  const command = await begunOf("command", "pidreg train tiny.yaml");
  expect(command.begun).toBe(Math.floor(performance.timeOrigin));
  expect(command.seconds).toBeGreaterThan((Date.now() - command.begun) / 1000 - 5);
});
