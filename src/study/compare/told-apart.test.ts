import { describe, expect, it } from "vitest";
import { sharedRows, type UsableTable } from "../crossval/shared-rows.js";
import { configLabels } from "./compare-groups.js";
import { toldApart } from "./told-apart.js";

describe("things of one name", () => {
  it("are told apart by where they are, else by their number", () => {
    expect(toldApart(["A", "B"], ["x", "x"])).toEqual(["A", "B"]);
    expect(toldApart(["A", "A", "B"], ["x", "y", "x"])).toEqual(["A (x)", "A (y)", "B"]);
    expect(toldApart(["A", "A", "A"], ["x", "x", "y"])).toEqual(["A (no. 1)", "A (no. 2)", "A (y)"]);
    expect(toldApart(["A", "A"], [undefined, undefined])).toEqual(["A (no. 1)", "A (no. 2)"]);
  });

  it("have labels of their own as configs: by settings, else by table", () => {
    const config = (file: string, more: object = {}) => ({ name: "A", data: { file }, ...more });
    expect(configLabels([config("a.csv"), config("b.csv"), config("b.csv", { model: { size: 3 } })])).toEqual([
      "A: model.size=(not set) (a.csv)",
      "A: model.size=(not set) (b.csv)",
      "A: model.size=3",
    ]);
    expect(configLabels([config("a.csv"), config("b.csv")])).toEqual(["A (a.csv)", "A (b.csv)"]);
    expect(configLabels([config("a.csv"), config("a.csv")])).toEqual(["A (no. 1)", "A (no. 2)"]);
  });

  it("are told apart in a message about their rows", () => {
    const labels = configLabels([
      { name: "A", data: { file: "a.csv" } },
      { name: "A", data: { file: "b.csv" } },
    ]);
    const table = (label: string, id: string) =>
      ({
        label,
        config: { data: { id: "id", target: "y" } },
        dataset: { rows: 1, rowIds: [id], targets: [{ name: "y", values: Float64Array.of(1) }] },
      }) as unknown as UsableTable;
    expect(() => sharedRows([table(labels[0], "r001"), table(labels[1], "1")])).toThrow(
      'A (a.csv) has "r001" (id); A (b.csv) has "1" (id)',
    );
  });
});
