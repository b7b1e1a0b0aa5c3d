import { expect, it } from "vitest";
import { sharedMessages } from "./crossval/shared-rows.js";
import { planWords } from "./repeats.js";

it("counts one and several in their number", () => {
  expect(planWords({ repeats: 2, seeds: 1 }, 1, "subset")).toMatch(/^1 subset, 2 splits, 1 training of each/);
  expect(planWords({ repeats: 2, seeds: 2 }, 3, "variant")).toMatch(/^3 variants, 2 splits, 2 trainings of each/);
  const left = (ids: string[]) => sharedMessages([], { ids: new Set(ids), leftOut: [1] })[0];
  expect(left(["a"])).toMatch(/^1 row can be used by every config and is dealt/);
  expect(left(["a", "b"])).toMatch(/^2 rows can be used by every config and are dealt/);
});
