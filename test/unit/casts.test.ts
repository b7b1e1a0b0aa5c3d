import { expect, it } from "vitest";
import { sources } from "../support/sources.js";

/** Where a type is claimed that nothing checks: borders of libraries whose types say less, or other, than they give. */
const borders = {
  "src/cli/run-command-line.ts": "yargs types texts as plain strings",
  "src/config/reference.ts": "zod types every kind of schema for itself",
  "src/data/table/typed-columns.ts": "DuckDB types a value as any that it has",
  "src/engine/eager/wasm-extras.ts": "tfjs types what kernels are given as maps of anything",
  "src/engine/onnx/trace-backend.ts": "tfjs knows its own backends only",
  "src/engine/update/webassembly.ts": "TypeScript describes WebAssembly for browsers only",
  "src/modalities/kinds.ts": "a kind is only given what it fitted itself",
  "src/report/render-svg.ts": "vega leaves textMetrics out of its types",
  "src/run/ensemble/finish-ensemble.ts": "TypeScript has no keys that are known but for one; the schema checks them",
  "src/web/stand-ins/broadcast.ts": "tfjs types what kernels are given as maps of anything",
  "src/web/stand-ins/mat-mul.ts": "tfjs types what kernels are given as maps of anything",
};

/** `as unknown as`, `as never`, and a claim that something is a document or a result. */
const unchecked =
  /\bas unknown as\b|\bas never\b|\bas (?:Run|Pid|Stored|Environment|Metrics|Epoch|Atoms)[A-Z]?\w*(?=[;,)\s[<])/g;

it("types are claimed without a check only at the borders of libraries", () => {
  const found = sources("src").filter(({ code }) => code.match(unchecked) !== null);
  expect(found.map(({ file }) => file).sort()).toEqual(Object.keys(borders).sort());
});

it("such claims are found", () => {
  for (const claim of ["x as unknown as PidResult", "f(y as RunPid)", "JSON.parse(t) as RunMetrics;", "z as never"]) {
    expect(claim.match(unchecked), claim).not.toBeNull();
  }
  expect("as runs are, as Rows".match(unchecked)).toBeNull();
});
