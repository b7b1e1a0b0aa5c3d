import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuild } from "../support/command.js";
import { itLong } from "../support/long.js";

const script = fileURLToPath(new URL("../../bench/main.mjs", import.meta.url));
const run = promisify(execFile);

describe("the benchmark of the engines of a GPU, on engines of the processor", () => {
  beforeAll(requireBuild);

  const small = ["--minutes", "1", "--batches", "32", "--nets", "1d", "--rows", "300"];
  const measured = async (...args: string[]) => {
    const { stdout, stderr } = await run(process.execPath, [script, "gpu", ...small, "--json", ...args]);
    return { ...JSON.parse(stdout), stderr };
  };

  itLong(
    "compares gradients and measures every part; what is missing is named with the command that gets it",
    async () => {
      const python = ["--python", "no-python-here"];
      const { rows, missing, stderr } = await measured("--engines", "onnx-cpu,tensorflow-gpu", ...python);
      const of = (part: string) => rows.filter((row: { part: string }) => row.part === part);
      expect(new Set(rows.map(({ engine }: { engine: string }) => engine))).toEqual(new Set(["onnx-cpu"]));
      for (const { distance, note } of of("parity")) {
        expect(distance).toBeLessThan(1e-4);
        expect(note).toBe("equal to rounding");
      }
      expect(of("parity").map(({ net }: { net: string }) => net)).toEqual(["narrow", "wide", "1d"]);
      expect(of("steps").map(({ net, batch }: { net: string; batch: number }) => [net, batch])).toEqual([
        ["narrow", 32],
        ["wide", 32],
      ]);
      for (const part of ["steps", "convolutions"]) for (const { ms } of of(part)) expect(ms).toBeGreaterThan(0);
      for (const { seconds } of of("epoch")) expect(seconds).toBeGreaterThan(0);
      expect(of("epoch").length).toBeGreaterThan(1);
      const named = new Map(missing.map((each: { what: string }) => [each.what, each]));
      expect(named.get("tensorflow-gpu")).toMatchObject({
        reason: expect.stringContaining("not installed"),
        get: expect.stringContaining("npm install @tensorflow/tfjs-node-gpu"),
      });
      expect(named.get("PyTorch")).toMatchObject({ get: "pip install torch" });
      expect(stderr).toMatch(/not measured: tensorflow-gpu: .*; get it: npm install/);
    },
  );

  it("ends well where no engine works and there is no card", async () => {
    const path = ["--python", "no-python-here"];
    const { card, rows, missing, stderr } = await measured("--engines", "onnx-cuda,tensorflow-gpu", ...path);
    if (card === null)
      expect(stderr).toMatch(/^no NVIDIA card here \(nvidia-smi finds none\): onnx-cuda and tensorflow-gpu/);
    const named = missing.map((each: { what: string }) => each.what);
    // Where there is a card and its libraries, the engine is measured.
    expect(named.includes("onnx-cuda") || rows.length > 0).toBe(true);
    expect(named).toContain("PyTorch");
  });
});
