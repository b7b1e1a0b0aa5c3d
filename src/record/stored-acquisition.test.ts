import { expect, it } from "vitest";
import type { AcquisitionValue } from "../evaluation/acquisition/value.js";
import {
  acquisitionDocument,
  acquisitionFromJSON,
  acquisitionTensors,
  acquisitionToJSON,
} from "./stored-acquisition.js";

const value: AcquisitionValue = {
  modalities: ["a", "b"],
  ...{ base: [4, 3, 2, 1], nothing: [0.5], rows: 200, constant: [null, "no-pattern", null] },
  head: {
    inputs: "columns",
    ...{ centres: Float32Array.of(1, 2), spreads: Float32Array.of(3, 4) },
    layers: [{ weight: Float32Array.of(1, 2, 3, 4, 5, 6), bias: Float32Array.of(7, 8, 9) }],
  },
};
const tensors = new Map(acquisitionTensors(value).map(({ name, values }) => [name, values]));
const source = {
  document: "model.json",
  vector: (name: string, length: number) => {
    const found = tensors.get(name);
    if (found?.length !== length) throw new Error(`${name} ${length}`);
    return found;
  },
};

it("comes back as it was stored", () => {
  const stored = acquisitionDocument.parse(JSON.parse(JSON.stringify(acquisitionToJSON(value))));
  expect(acquisitionFromJSON(stored, ["a", "b"], source)).toEqual(value);
  expect(acquisitionFromJSON(null, ["a", "b"], source)).toBeNull();
  expect(acquisitionTensors({ ...value, head: null })).toEqual([]);
});

it("is refused where it does not fit the model or itself", () => {
  const stored = acquisitionToJSON(value);
  expect(() => acquisitionFromJSON(stored, ["a", "b", "c"], source)).toThrow(
    "expected 8 subsets and 4 outputs, found 4 and 3",
  );
  expect(() => acquisitionFromJSON({ ...stored, head: null }, ["a", "b"], source)).toThrow("no head");
});
