import { describe, expect, it } from "vitest";
import { tryEngine } from "../engine/probe.js";
import { describeSystem, type SystemReport } from "./doctor.js";

const system: SystemReport = {
  pidreg: "1.2.3",
  node: { version: "20.19.0", supported: true },
  platform: "linux x64",
  cpu: { model: "A processor", threads: 2 },
  memory: { total: 16, free: 8.5 },
  packages: { "@tensorflow/tfjs": "4.22.0", "@tensorflow/tfjs-node": null },
  executionProviders: [
    { name: "cpu", bundled: true },
    { name: "cuda", bundled: false },
  ],
  defaultEngine: "onnx",
  engines: [
    { name: "onnx", works: true, reason: null, about: "compiled", get: null },
    { name: "tensorflow", works: false, reason: "it is not installed", about: "a library", get: "npm install it" },
  ],
};

describe("describeSystem", () => {
  it("says what works, what is missing and why", () => {
    const text = describeSystem(system);
    expect(text).toContain("@tensorflow/tfjs 4.22.0, @tensorflow/tfjs-node (not installed)");
    expect(text).toContain("cpu, cuda (needs libraries)");
    expect(text).toMatch(/onnx +works +compiled\n/);
    expect(text).toMatch(
      /tensorflow +missing +a library\n +Missing here: it is not installed\n +Get it: npm install it$/,
    );
  });

  it("says that Node is too old, and breaks long lines", () => {
    const about = "word ".repeat(60).trim();
    const text = describeSystem({
      ...system,
      node: { version: "18.0.0", supported: false },
      engines: [{ name: "wasm", works: true, reason: null, about, get: null }],
    });
    expect(text).toContain("18.0.0 - too old, pidreg needs 20.19 or newer");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(80);
  });
});

describe("tryEngine", () => {
  it.each(["onnx", "wasm", "cpu"] as const)("runs a step on %s", async (name) => {
    await expect(tryEngine(name)).resolves.toBeUndefined();
  });

  it("throws what a missing engine throws", async () => {
    await expect(tryEngine("tensorflow-gpu")).rejects.toThrow(/needs the optional package/);
  });
});
