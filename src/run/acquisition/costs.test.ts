import { expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { modalityCosts, namedCosts } from "./costs.js";

const config = (costs: readonly (number | undefined)[]) =>
  parseConfig({
    name: "c",
    data: {
      ...{ file: "t.csv", target: "y" },
      modalities: Object.fromEntries(["a", "b"].map((name, m) => [name, { columns: [name], cost: costs[m] }])),
    },
  });

it("are those of the command line, then of the config, and 1 where neither says anything", () => {
  expect(modalityCosts(config([3, 4]), ["a", "b"])).toEqual({ costs: [3, 4], assumed: false });
  expect(modalityCosts(config([3, 4]), ["a", "b"], namedCosts(["b=0"]))).toEqual({ costs: [3, 0], assumed: false });
  expect(modalityCosts(config([undefined, undefined]), ["a", "b"])).toEqual({ costs: [1, 1], assumed: true });
});

it("refuses costs of some modalities alone, of others, and what is no cost", () => {
  expect(() => modalityCosts(config([undefined, undefined]), ["a", "b"], namedCosts(["a=1"]))).toThrow(
    '"b" has no cost and others have one',
  );
  expect(() => modalityCosts(config([3, 4]), ["a", "b"], namedCosts(["c=1"]))).toThrow("--cost c");
  for (const text of ["a", "=1", "a=", "a=-1", "a=x"])
    expect(() => namedCosts([text])).toThrow(`--cost ${text}: expected`);
  expect(() => namedCosts(["a=1", "b=2", "a=1"])).toThrow("--cost a: is given twice");
  expect(namedCosts(["a=b=2.5"])).toEqual(new Map([["a=b", 2.5]]));
});
