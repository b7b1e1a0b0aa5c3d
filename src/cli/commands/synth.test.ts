import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { command } from "./synth.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-synth-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

/** Runs the command as the program would and returns what it prints. */
async function synth(...args: string[]): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  await yargs(["synth", ...args])
    .command(command as never)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
  return printed;
}

describe("synth", () => {
  it("writes the table and prints its truth", async () => {
    const out = path.join(folder, "mixed");
    const printed = await synth("mixed", "--out", out, "--rows", "50");
    expect(readdirSync(out).sort()).toEqual(["config.yaml", "table.csv", "truth.json"]);
    expect(printed).toMatch(/unique to alpha +0\.5464 +0\.4852/);
    expect(printed).toContain("next: pidreg train");
  });

  it("--json prints one document", async () => {
    const out = path.join(folder, "three");
    const printed = await synth(
      "three",
      "--out",
      out,
      "--rows",
      "20",
      "--format",
      "csv.gz",
      "--mixing",
      "mlp",
      "--json",
    );
    const document = JSON.parse(printed);
    expect(document).toMatchObject({ unit: "bits", parameters: { rows: 20, mixing: "mlp" } });
    expect(document.files.table).toBe(path.join(out, "table.csv.gz"));
  });

  it.each([
    [["nothing", "--out", "x"], /Choices: "additive"/],
    [["mixed"], /out/],
    [["mixed", "--out", "x", "--rows", "many"], /rows must be a whole number from 10/],
    [["mixed", "--out", "x", "--mixing", "cubic"], /Choices: "linear", "mlp"/],
    [["mixed", "--out", "x", "--rwos", "5"], /rwos/],
  ])("refuses %j", async (args, message) => {
    await expect(synth(...args)).rejects.toThrow(message);
  });
});
