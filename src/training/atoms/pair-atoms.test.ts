import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { fusionTerms } from "../../models/fusion.js";
import { pairPids } from "./pair-atoms.js";

const names = ["a", "b", "c"];
const d = 2;
const shape = { modalities: 3, latentDim: d, terms: fusionTerms(names, { method: "pid", interaction: "hadamard" }) };

/** y = a1 b1 + 0.5 c2 + noise: the pair a, b is synergistic, c knows its own part. */
function table(seed: string, rows: number) {
  const rng = new Rng(seed);
  const latents = new Float32Array(rows * 3 * d);
  rng.fillNormal(latents);
  const target = Float32Array.from({ length: rows }, (_, i) => {
    const at = i * 3 * d;
    return latents[at] * latents[at + d] + 0.5 * latents[at + 2 * d + 1] + 0.3 * rng.normal();
  });
  return { latents, target, predictions: [new Float32Array(rows)], predictionsAlone: [[], [], []], rows };
}

describe("pairPids", () => {
  const pairs = pairPids(names, table("train", 3000), table("held", 3000), shape);

  it("finds synergy in the pair that has it, and none in the others", () => {
    expect(pairs.map(({ modalities }) => modalities.join("*"))).toEqual(["a*b", "a*c", "b*c"]);
    const [ab, ac, bc] = pairs;
    // Var y = 1 + 0.25 + 0.09 of which the product explains 1: 1/2 log2(1.34 / 0.34) = 0.99 bits
    expect(ab.synergy).toBeGreaterThan(0.9);
    expect(ab.synergy).toBeLessThan(1.1);
    expect(ac.synergy).toBeLessThan(0.01);
    expect(bc.synergy).toBeLessThan(0.01);
  });

  it("decomposes what the two know: atoms sum to it", () => {
    for (const { information, unique, redundancy, synergy } of pairs) {
      expect(unique[0] + unique[1] + redundancy + synergy).toBeCloseTo(information, 9);
    }
    // 1/2 log2(1.34 / 1.09) bits are c's own
    expect(pairs[1].unique[1]).toBeGreaterThan(0.1);
    expect(pairs[1].unique[1]).toBeLessThan(0.2);
  });

  it("sees no product when the fusion has none", () => {
    const plain = { ...shape, terms: fusionTerms(names, { method: "pid", interaction: "none" }) };
    const [ab] = pairPids(names, table("train", 3000), table("held", 3000), plain);
    expect(ab.information).toBeLessThan(0.01);
  });
});
