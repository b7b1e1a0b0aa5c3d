import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fusionTerms } from "../../models/fusion.js";
import { equalWeights, largestMove, weightsFromAtoms, windowAverage } from "./fusion-weights.js";

const two = fusionTerms(["a", "b"], { method: "pid", interaction: "hadamard" });
const three = fusionTerms(["a", "b", "c"], { method: "pid", interaction: "hadamard" });
const atoms = { unique: { a: 0.4, b: 0.1 }, redundancy: 0.3, synergy: 0.2, partialRedundancy: 0 };
/** What each modality knows: its unique part and what both have. */
const alone = { a: 0.7, b: 0.4 };

describe("weightsFromAtoms", () => {
  it("gives u + r/2 over the total to each modality and s over the total to the product", () => {
    expect(weightsFromAtoms(atoms, alone, two, null)).toEqual([0.55, 0.25, 0.2].map((w) => expect.closeTo(w, 12)));
  });

  it("gives all redundancy to the carrier", () => {
    expect(weightsFromAtoms(atoms, alone, two, 1)).toEqual([0.4, 0.4, 0.2].map((w) => expect.closeTo(w, 12)));
  });

  it("gives the carrier what only some modalities share as well", () => {
    const some = { unique: { a: 0.1, b: 0.2, c: 0 }, redundancy: 0.3, partialRedundancy: 0.4, synergy: 0 };
    const expected = [0.1, 0.2, 0.7, 0, 0, 0].map((w) => expect.closeTo(w, 12));
    expect(weightsFromAtoms(some, { a: 0.8, b: 0.9, c: 0.3 }, three, 2)).toEqual(expected);
  });

  it("spreads synergy over the modalities when there are no products", () => {
    const terms = fusionTerms(["a", "b"], { method: "pid", interaction: "none" });
    expect(weightsFromAtoms(atoms, alone, terms, null)).toEqual([0.65, 0.35].map((w) => expect.closeTo(w, 12)));
  });

  it("spreads synergy over the pairs of three modalities", () => {
    const some = { unique: { a: 0.1, b: 0.2, c: 0 }, redundancy: 0.3, partialRedundancy: 0.3, synergy: 0.3 };
    const expected = [0.35, 0.45, 0.1, 0.1, 0.1, 0.1].map((w) => expect.closeTo(w / 1.2, 12));
    expect(weightsFromAtoms(some, { a: 0.7, b: 0.8, c: 0.3 }, three, null)).toEqual(expected);
  });

  it("gives synergy to the pairs that have it by themselves", () => {
    const some = { unique: { a: 0.1, b: 0, c: 0 }, redundancy: 0, partialRedundancy: 0, synergy: 0.4 };
    const pairs = (ab: number, ac: number, bc: number) => [
      { modalities: ["a", "b"] as const, synergy: ab },
      { modalities: ["a", "c"] as const, synergy: ac },
      { modalities: ["b", "c"] as const, synergy: bc },
    ];
    const weights = (...s: [number, number, number]) =>
      weightsFromAtoms(some, { a: 0.1, b: 0, c: 0 }, three, null, pairs(...s))?.slice(3);
    expect(weights(0.3, 0, 0.1)).toEqual([0.6, 0, 0.2].map((w) => expect.closeTo(w, 12)));
    // synergy of all three only
    expect(weights(0, 0, 0)).toEqual([0.8, 0.8, 0.8].map((w) => expect.closeTo(w / 3, 12)));
  });

  it("gives what some modalities share to those who have it", () => {
    const noise = { unique: { a: 0.2, b: 0, c: 0 }, redundancy: 0, partialRedundancy: 0.6, synergy: 0 };
    const expected = [0.5, 0.3, 0, 0, 0, 0].map((w) => expect.closeTo(w / 0.8, 12));
    expect(weightsFromAtoms(noise, { a: 0.8, b: 0.6, c: 0 }, three, null)).toEqual(expected);
    const spread = { a: 0.5, b: 0.5, c: 0.2 };
    const some = { ...noise, unique: { a: 0, b: 0, c: 0 } };
    expect(weightsFromAtoms(some, spread, three, null)?.slice(0, 3)).toEqual(
      [5, 5, 2].map((w) => expect.closeTo(w / 12, 12)),
    );
  });

  it("has nothing to say without information", () => {
    const none = { unique: { a: 0, b: 0 }, redundancy: 0, synergy: 0, partialRedundancy: 0 };
    expect(weightsFromAtoms(none, { a: 0, b: 0 }, two, null)).toBeNull();
  });

  it("refuses atoms that are not finite", () => {
    const infinite = { ...atoms, synergy: Number.POSITIVE_INFINITY };
    expect(() => weightsFromAtoms(infinite, alone, two, null)).toThrow("finite");
  });

  it("always sums to 1, and swaps with the modalities", () => {
    const bits = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(bits, bits, bits, bits, (a, b, redundancy, synergy) => {
        fc.pre(a + b + redundancy + synergy > 1e-6);
        const of = (first: number, second: number) =>
          weightsFromAtoms(
            { unique: { a: first, b: second }, redundancy, synergy, partialRedundancy: 0 },
            { a: first + redundancy, b: second + redundancy },
            two,
            null,
          );
        const [wa, wb, ws] = of(a, b) as number[];
        expect(wa + wb + ws).toBeCloseTo(1, 9);
        expect(of(b, a)).toEqual([wb, wa, ws]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("windowAverage", () => {
  it("averages the last epochs only", () => {
    const history = [
      [9, 9],
      [1, 0],
      [0, 1],
    ];
    expect(windowAverage(history, 2)).toEqual([0.5, 0.5]);
  });
});

describe("equalWeights", () => {
  it("sums to 1", () => {
    expect(equalWeights(two)).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

describe("largestMove", () => {
  it("looks at every atom", () => {
    expect(largestMove(atoms, { ...atoms, redundancy: 0.25 })).toBeCloseTo(0.05, 12);
    expect(largestMove(atoms, { ...atoms, unique: { a: 0.4, b: 0.3 } })).toBeCloseTo(0.2, 12);
  });
});
