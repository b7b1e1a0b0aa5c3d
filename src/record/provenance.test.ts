import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { provenanceDocument, provenanceOf, readProvenance, writeProvenance } from "./provenance.js";
import { RunFolder } from "./run-folder.js";

it("says when, where and by what", () => {
  const begun = new Date(Date.now() - 5000);
  const made = provenanceOf({ begun, command: "pidreg train a.yaml", resumed: false }, "onnx", 12);
  expect(provenanceDocument.parse(made)).toEqual(made);
  expect(made.seconds).toBeGreaterThanOrEqual(5);
  expect(made.seconds).toBeLessThan(60);
  expect(made.begun).toBe(begun.toISOString());
  expect(made.versions).toMatchObject({
    node: process.versions.node,
    "onnxruntime-node": expect.stringMatching(/^\d/),
  });
  expect(provenanceOf({ begun, command: null, resumed: true }, "wasm", 1).versions).toHaveProperty("@tensorflow/tfjs");
});

it("is read as it was written, and refused where a byte of it changed", async () => {
  const path = await mkdtemp(join(tmpdir(), "pidreg-provenance-"));
  const folder = new RunFolder(path);
  expect(await readProvenance(folder)).toBeNull();
  const made = provenanceOf({ begun: new Date(0), command: null, resumed: false }, "onnx", 12);
  await writeProvenance(folder, made);
  expect(await readProvenance(folder)).toEqual(made);
  const text = await readFile(join(path, "provenance.json"), "utf8");
  await writeFile(join(path, "provenance.json"), text.replace('"parameters": 12', '"parameters": 13'));
  await expect(readProvenance(folder)).rejects.toThrow("was damaged or edited");
  await rm(path, { recursive: true });
});
