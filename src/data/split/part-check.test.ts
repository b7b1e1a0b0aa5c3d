import { describe, expect, it } from "vitest";
import { siteTable } from "../../../test/support/site-table.js";
import { splitSchema } from "../../config/split.js";
import { Rng } from "../../math/rng.js";
import { splitRemedy, unfitMessage, unfitParts } from "./part-check.js";
import { type NamedGroups, summariseParts } from "./part-summary.js";
import { makeSplit } from "./split.js";

/** Targets of which rows are drawn: light tails, heavy tails, few values. */
const draw: Readonly<Record<string, (rng: Rng) => number>> = {
  normal: (rng) => rng.normal(),
  uniform: (rng) => rng.uniform(),
  lognormal: (rng) => Math.exp(1.5 * rng.normal()),
  "t with 2 degrees": (rng) => rng.normal() / Math.sqrt(rng.chiSquared(2) / 2),
  "mostly zero": (rng) => (rng.uniform() < 0.05 ? 1 : 0),
};

function check(values: Float64Array, split: { by?: string; seed: number; labels?: string[] }, groups?: NamedGroups) {
  const targets = [{ name: "y", values }];
  const rowIds = Array.from(values, (_, i) => `r${i}`);
  const config = splitSchema.parse(split.labels === undefined ? {} : { by: "column", column: "part" });
  const source = { rows: values.length, rowIds, targets, group: groups?.of, splitLabels: split.labels };
  const dealt = makeSplit(source, config, new Rng(split.seed));
  return unfitParts({ targets }, dealt, summariseParts({ targets }, dealt, groups));
}

describe("unfitParts", () => {
  it.each(Object.keys(draw))("says nothing of random splits of rows, for a target that is %s", (kind) => {
    let alarms = 0;
    const splits = 150;
    for (let k = 0; k < splits; k++) {
      const rng = new Rng(`${kind}/${k}`);
      const rows = [60, 150, 400][k % 3];
      alarms += Number(
        check(
          Float64Array.from({ length: rows }, () => draw[kind](rng)),
          { seed: k },
        ).length > 0,
      );
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });

  /** Two sites of one age beside eighteen of all ages, as a plain random deal of sites made them. */
  const { site, age } = siteTable(3);
  const groups = { column: "site", of: site };
  const labels = (validation: readonly string[], test: readonly string[]) =>
    site.map((name) => (validation.includes(name) ? "validation" : test.includes(name) ? "test" : "train"));

  it("names a part of two sites and what of the target differs in it, for a split by column", () => {
    const narrow = Float64Array.from(age, (value, i) => (site[i] === "site4" ? 15 + value / 20 : value));
    const parts = labels(["site4", "site17"], ["site2", "site6", "site8", "site13", "site18"]);
    const unfit = check(narrow, { labels: parts, seed: 1 }, groups);
    expect(unfit[0].part).toBe("validation");
    expect(unfit[0].reasons[0]).toBe('2 groups of "site", fewer than 5');
    expect(
      unfit[0].reasons.some((reason) =>
        /^a standard deviation of y of [\d.]+ against [\d.]+ in training$/.test(reason),
      ),
    ).toBe(true);
    const text = unfitMessage(unfit, splitRemedy("site"));
    expect(text).toMatch(
      /^parts of the split cannot carry what rests on them: the validation part has 2 groups of "site"/,
    );
    expect(text).toContain("pidreg crossval CONFIG --outer-group site");
  });

  it("names a part of many groups that is one group, and a shift of the mean without groups", () => {
    const y = Float64Array.from(age, (_, i) => new Rng(`y/${i}`).normal());
    const many = ["site1", "site16", "site17", "site18", "site19", "site20"];
    const unfit = check(y, { labels: labels(many, ["site2", "site3", "site5", "site6", "site7"]), seed: 1 }, groups);
    expect(unfit).toEqual([
      {
        part: "validation",
        reasons: [
          '6 groups of "site", of which "site1" alone has 180 of 220 rows: they tell as much as 1.48 groups of equal ' +
            "size, fewer than 3",
        ],
      },
    ]);
    const order = Array.from(y.keys()).sort((a, b) => y[a] - y[b]);
    const last = new Set(order.slice(800));
    const byTime = site.map((_, i) => (last.has(i) ? "test" : i % 8 === 0 ? "validation" : "train"));
    const found = check(y, { labels: byTime, seed: 1 });
    expect(found.map(({ part }) => part)).toEqual(["test"]);
    expect(found[0].reasons[0]).toMatch(/^a mean of y of 1\.\d+ against -0\.\d+ in training$/);
    expect(unfitMessage(found, splitRemedy(undefined))).toMatch(
      /data\.split\.stratify, or test every row once: pidreg crossval CONFIG/,
    );
    expect(unfitMessage([], "")).toBeNull();
  });

  it("does not mind how a target's unit and origin are chosen", () => {
    const parts = labels(["site4"], ["site2"]);
    const reasons = (values: Float64Array) =>
      check(values, { labels: parts, seed: 1 }, groups).map(({ reasons }) => reasons.length);
    expect(reasons(age.map((value) => 1e7 + value * 365))).toEqual(reasons(age));
  });
});
