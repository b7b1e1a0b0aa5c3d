import { describe, expect, it } from "vitest";
import { trainingData } from "../../../test/support/training-data.js";
import { lossesSchema } from "../../config/losses.js";
import { Rng } from "../../math/rng.js";
import { chosenNearness } from "./nearness.js";

const rows = 900;

/** Rows of 60 kinds; latents of `b`, and of `a` where it has a share, tell the kind, by which the network errs. */
function made({ tells, copies = false }: { tells: readonly string[]; copies?: boolean }) {
  const rng = new Rng("nearness");
  const kinds = Array.from({ length: 60 }, () => ({
    at: Array.from({ length: 4 }, () => rng.normal()),
    error: rng.normal(),
  }));
  const of = Array.from({ length: rows }, () => kinds[rng.integer(kinds.length)]);
  const target = Float32Array.from(of, ({ error }) => error + 0.1 * rng.normal());
  const modality = (name: string) => ({ name, width: 1, values: new Float32Array(rows) });
  const data = trainingData([modality("a"), modality("b")], target);
  const latents = of.map(({ at }) =>
    ["a", "b"].flatMap((name, m) =>
      at.slice(2 * m, 2 * m + 2).map((value) => {
        if (!tells.includes(name)) return rng.normal();
        return copies ? value : value + 0.02 * rng.normal();
      }),
    ),
  );
  const latentsOf = (part: Int32Array) => Float32Array.from([...part].flatMap((row) => latents[row]));
  const { trainRows, validationRows } = data;
  return {
    seen: {
      latents: latentsOf(trainRows),
      errors: Float64Array.from(trainRows, (row) => target[row]),
      judging: latentsOf(validationRows),
    },
    judged: {
      data,
      losses: lossesSchema.parse({}),
      network: new Float32Array(validationRows.length),
      grid: [0, 0.5, 1],
    },
  };
}

describe("what counts as near", () => {
  const chosen = ({ seen, judged }: ReturnType<typeof made>, fused = [0.5, 0.4]) =>
    chosenNearness(seen, judged, { fused, least: 0.005 });

  it("is the modality whose rows err alike, where the other tells nothing of it", () => {
    const [a, b] = chosen(made({ tells: ["b"] }))?.weights ?? [];
    expect(b).toBeCloseTo(0.4 * 16, 10);
    expect(a).toBe(0.5);
    const [before, less] = chosen(made({ tells: ["a"] }))?.weights ?? [];
    expect(before).toBe(0.5);
    expect(less).toBeCloseTo(0.4 / 16, 10);
  });

  it("is as the fusion weighs them where both tell", () => {
    expect(chosen(made({ tells: ["a", "b"] }))?.weights).toEqual([0.5, 0.4]);
  });

  it("does not count a modality that the fusion does not", () => {
    expect(chosen(made({ tells: ["a"] }), [0.5, 0])?.weights).toEqual([0.5, 0]);
  });

  it("is nothing where most rows have a training row in their own place", () => {
    expect(chosen(made({ tells: ["a", "b"], copies: true }))).toBeNull();
  });
});
