import { expect, it } from "vitest";
import { runDocuments } from "./documents.js";
import { provenanceOf } from "./provenance.js";

it("says when, where and by what", () => {
  const begun = new Date(Date.now() - 5000);
  const made = provenanceOf({ begun, command: "pidreg train a.yaml", resumed: false }, "onnx", 12);
  expect(runDocuments["provenance.json"].parse(made)).toEqual(made);
  expect(made.seconds).toBeGreaterThanOrEqual(5);
  expect(made.seconds).toBeLessThan(60);
  expect(made.begun).toBe(begun.toISOString());
  expect(made.versions).toMatchObject({
    node: process.versions.node,
    "onnxruntime-node": expect.stringMatching(/^\d/),
  });
  expect(provenanceOf({ begun, command: null, resumed: true }, "wasm", 1).versions).toHaveProperty("@tensorflow/tfjs");
});
