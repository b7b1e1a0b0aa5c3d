import { expect, it } from "vitest";
import { checkGiven } from "./check-given.js";

const target = { y: [1, 2] };
const a = [[1], [2]];

it.each<[unknown, string]>([
  [undefined, "fit: expected { modalities, target }"],
  [null, "fit: expected { modalities, target }"],
  [{}, "modalities: expected { NAME: rows }"],
  [{ modalities: [a], target }, "modalities: expected { NAME: rows }"],
  [
    { modalities: { a: undefined }, target },
    'modality "a": expected rows, { values, columns } or { values, shape }, got undefined',
  ],
  [
    { modalities: { a: "hello" }, target },
    'modality "a": expected rows, { values, columns } or { values, shape }, got a string',
  ],
  [{ modalities: { a: new Float64Array(4) }, target }, "got Float64Array; one flat array goes with columns or a shape"],
  [
    { modalities: { a: { columns: ["p"], value: a } }, target },
    'modality "a": unknown key "value"; there is values, columns',
  ],
  [{ modalities: { a: { column: ["p"], values: a } }, target }, 'modality "a": unknown key "column"'],
  [
    { modalities: { a: { shape: [1], columns: ["p"], values: a } }, target },
    'unknown key "columns"; there is values, shape',
  ],
  [{ modalities: { a: { values: 5 } }, target }, 'modality "a": values: expected rows or one flat array, got a number'],
  [
    { modalities: { a: { values: a, columns: ["p", ""] } }, target },
    "columns: the name at place 2 is empty or no text",
  ],
  [{ modalities: { a: { values: a, shape: 3 } }, target }, "shape: expected [28, 28], got a number"],
  [{ modalities: { a } }, "target: expected { NAME: values }"],
  [{ modalities: { a }, target: [1, 2] }, "target: expected { NAME: values }"],
  [
    { modalities: { a }, target: { y: undefined } },
    'target "y": expected a list of numbers or of classes, or { values, kind }, got undefined',
  ],
  [{ modalities: { a }, target, ids: 5 }, "ids: expected a list of texts, got a number"],
  [{ modalities: { a }, target, group: null }, "group: expected a list of texts, got null"],
])("refuses %j", (given, message) => {
  expect(() => checkGiven(given)).toThrow(message);
});

it("takes rows, columns and shapes", () => {
  const modalities = {
    a,
    b: { values: new Float32Array(2), columns: ["b"] },
    c: { values: a, shape: [1], normalise: "none" },
  };
  expect(() => checkGiven({ modalities, target, ids: ["u", "v"] })).not.toThrow();
});
