import { describe, expect, it } from "vitest";
import { smallConfig } from "../../test/support/small-config.js";
import type { PreparedModality } from "../data/prepare/preprocessor.js";
import { type PreparedRows, readRows } from "../data/rows.js";
import { evaluatePart } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import { regression } from "../tasks/regression/regression.js";
import { absenceErrors, absenceMessages, evaluateAbsence } from "./absence.js";

const part = (error: number) => evaluatePart(["y"], [0, 0, 0], [error, error, error]);
const pattern = (missing: readonly string[], validation: number, test: number | null) => ({
  missing,
  validation: part(validation),
  test: test === null ? null : part(test),
});
const measured = (test: boolean): MissingModalities => ({
  modalityDropout: 0.2,
  complete: pattern([], 2, test ? 3 : null),
  removed: [pattern(["pet"], 4, test ? 5 : null)],
  observed: [],
});
const by = { targets: ["y"], error: regression.metrics.headline };
const message = (evaluated: MissingModalities) =>
  absenceMessages([["pet"]], config(0.2), by, absenceErrors(evaluated, by));
const config = (modalityDropout: number) =>
  ({ training: { modalityDropout }, data: { modalities: { pet: {}, mri: {} } } }) as never;

describe("what is told of rows that lack a modality", () => {
  it("names the part that the errors were measured on", () => {
    expect(message(measured(true))[0]).toContain("test RMSE without it: y 5.00 instead of 3.00");
    expect(message(measured(false))[0]).toContain("validation RMSE without it: y 4.00 instead of 2.00");
  });

  it("does not speak of a rest where nothing is left", () => {
    for (const dropout of [0, 0.2]) {
      const [both, one] = absenceMessages([["pet", "mri"], ["pet", "mri"], ["mri"]], config(dropout), by, undefined);
      expect(both).toBe(
        '2 rows lack "pet" and "mri", every modality that the model reads: nothing is known of them, and each such row gets ' +
          "the same prediction, what the model makes of empty inputs; better leave them out",
      );
      expect(one).toContain('1 row lacks "mri" and is predicted from the rest');
    }
    const [alone] = absenceMessages([["pet", "mri"]], config(0), by, undefined);
    expect(alone).toContain('1 row lacks "pet" and "mri", every modality that the model reads: nothing is known of it');
  });
});

describe("errors of rows whose modalities are taken away", () => {
  const modality = (name: string, ...values: number[]): PreparedModality => {
    return { name, width: 2, inputs: [`${name}_1`, `${name}_2`], values: Float32Array.from(values) };
  };
  const inputs = [modality("alpha", 1, 2, 3, 4, 5, 6), modality("beta", 7, 8, 9, 10, 11, 12)];
  /** Of the training part: what stands for a value that is missing. */
  const fills: Readonly<Record<string, number>> = { alpha: -1, beta: -2 };
  const preprocessor = {
    missing: "mean" as const,
    modalities: inputs.map(({ name, inputs: columns }) => {
      const preparation = { kind: "standardize" as const, mean: 0, scale: 1, clip: 5, fill: fills[name] };
      return { name, columns: columns.map((column) => ({ name: column, preparation })), indicators: [], dropped: [] };
    }),
  };
  const small = smallConfig("absence");

  /** What the network is given for each pattern, and what comes of predictions that are off by 1, 2, .. */
  async function evaluate(modalityDropout: number) {
    const config = {
      training: { ...small.training, modalityDropout },
      data: { ...small.data, missing: "mean" as const },
    };
    const given: (readonly PreparedRows[])[] = [];
    const rows = Int32Array.of(2, 0);
    const evaluated = await evaluateAbsence({
      ...{ config, preprocessor, inputs, evaluate: evaluatePart, targets: ["y"], rows, validationRows: 1 },
      truth: Float64Array.of(0, 0),
      prediction: Float64Array.of(0, 0),
      predict: async (without, asked) => {
        given.push(without);
        expect([...asked]).toEqual([2, 0]);
        return new Float64Array(asked.length).fill(given.length);
      },
    });
    return { given, evaluated };
  }

  it("a network trained for it is told that they are absent", async () => {
    const { given, evaluated } = await evaluate(0.2);
    const present = given.map((all) => all.map((input) => input.present && [...input.present]));
    expect(present).toEqual([
      [[0, 0, 0], undefined],
      [undefined, [0, 0, 0]],
    ]);
    expect(evaluated?.removed.map(({ missing, test }) => [missing, test?.overall.rmse])).toEqual([
      [["alpha"], 1],
      [["beta"], 2],
    ]);
    expect(evaluated?.complete.test?.overall.rmse).toBe(0);
  });

  it("another reads what fills gaps of the training part, and all else as it was", async () => {
    const { given } = await evaluate(0);
    const [alpha, beta] = inputs.map(({ values }) => [...values]);
    const read = async (rows: PreparedRows) => {
      const out = new Float32Array(6);
      await readRows(rows, [0, 1, 2], out);
      return [...out];
    };
    expect(await Promise.all(given.map((all) => Promise.all(all.map(read))))).toEqual([
      [Array(6).fill(-1), beta],
      [alpha, Array(6).fill(-2)],
    ]);
  });
});
