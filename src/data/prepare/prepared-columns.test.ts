import { expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { Rng } from "../../math/rng.js";
import { preparedColumns } from "./prepared-columns.js";

const rng = new Rng("circle");
const turns = Float64Array.from({ length: 200 }, () => 2 * Math.PI * rng.uniform());
const columns = ["d (week, sin)", "d (week, cos)", "still", "left"];
const values = turns.reduce(
  (all, turn, i) => {
    all.set([Math.sin(turn), Math.cos(turn), 3, i], 4 * i);
    return all;
  },
  new Float64Array(4 * turns.length),
);
const dated = [{ column: "d", parts: ["week"] as const, reference: 0 }];

it("keeps circles on every scale, and leaves out columns that are still or not used", () => {
  const modality = { name: "a", columns, values, dated };
  const leftOut = new Map([["a", { columns: new Set(["left"]), reason: "screened" }]]);
  const rows = Int32Array.from(turns.keys());
  const on = (preparation: "quantile" | "robust", circles: boolean) => {
    const dataset = { modalities: [circles ? modality : { ...modality, dated: [] }] };
    return preparedColumns({ dataset, rows, leftOut }, { ...rankedInputs(), preparation });
  };
  expect(on("quantile", true)).toHaveLength(2);
  expect(on("robust", true)).toEqual(on("quantile", true));
  expect(on("robust", false)).not.toEqual(on("quantile", false));
});
