import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { normalCdf } from "../../math/special.js";
import { beyondSelection, effectGivenSelection, rangeGivenSelection } from "./selection.js";

const cut = 2;
const z = 1.959964;
const tail = normalCdf(-z);

describe("an effect whose estimate was selected for being far from 0", () => {
  it("solves the truncated normal distribution at its three points", () => {
    for (const estimate of [2.001, 2.4, 3, 4.5]) {
      const { low, middle, high } = effectGivenSelection(estimate, cut, tail);
      const exceeds = (effect: number) =>
        normalCdf(effect - estimate) / (normalCdf(effect - cut) + normalCdf(-effect - cut));
      [low, middle, high].forEach((effect, i) => void expect(exceeds(effect)).toBeCloseTo([tail, 0.5, 1 - tail][i], 8));
    }
  });

  it("mirrors a negative estimate", () => {
    const up = effectGivenSelection(2.7, cut, tail);
    expect(effectGivenSelection(-2.7, cut, tail)).toEqual({ low: -up.high, middle: -up.middle, high: -up.low });
  });

  it("is what it is without selection far from 0", () => {
    const { low, middle, high } = effectGivenSelection(beyondSelection, cut, tail);
    expect(low).toBeCloseTo(beyondSelection - z, 2);
    expect(middle).toBeCloseTo(beyondSelection, 2);
    expect(high).toBeCloseTo(beyondSelection + z, 2);
  });
});

describe("a number that moves with the selected estimate", () => {
  const effect = effectGivenSelection(2.3, cut, tail);

  it("that is independent of it keeps its interval", () => {
    const [low, high] = rangeGivenSelection({ value: 1, error: 0.2 }, 0, 2.3, effect, z);
    expect(low).toBeCloseTo(1 - 0.2 * z, 12);
    expect(high).toBeCloseTo(1 + 0.2 * z, 12);
  });

  it("that is the estimate itself has the interval of the effect, and its own", () => {
    const [low, high] = rangeGivenSelection({ value: 2.3, error: 1 }, 1, 2.3, effect, z);
    expect(low).toBeCloseTo(effect.low, 12);
    expect(high).toBeCloseTo(Math.max(effect.high, 2.3 + z), 12);
  });

  it("is covered among selected estimates, which value ± z error is not", () => {
    const rng = new Rng("selected");
    const share = 0.7;
    const rest = 0.5;
    const error = Math.hypot(share, rest);
    for (const truth of [0.5, 1, 2, 4]) {
      let [count, held, plain] = [0, 0, 0];
      while (count < 1500) {
        const estimate = truth + rng.normal();
        const value = share * estimate + rest * rng.normal();
        if (Math.abs(estimate) <= cut) continue;
        count++;
        const own = effectGivenSelection(estimate, cut, tail);
        const [low, high] = rangeGivenSelection({ value, error }, share, estimate, own, z);
        held += Number(low <= share * truth && share * truth <= high);
        plain += Number(Math.abs(value - share * truth) <= z * error);
      }
      expect(held / count).toBeGreaterThan(0.93);
      if (truth < 1) expect(plain / count).toBeLessThan(0.8);
    }
  });
});
