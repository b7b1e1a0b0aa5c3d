import { describe, expect, it } from "vitest";
import type { ReadEpochLine } from "../training/epoch-line.js";
import { curvesFigure, curvesLegend, learningCurves, robustRange } from "./learning-curves.js";

/** Epochs whose training cost is 1 + 20 / epoch^2 and validation cost 2 + 10 / epoch^2. */
function timelineOf(count: number) {
  const epochs = Array.from({ length: count }, (_, i): { x: number; line: ReadEpochLine } => ({
    x: i + 1,
    line: {
      ...{ phase: "stage1", epoch: i + 1 },
      terms: { prediction: { value: 1 + 20 / (i + 1) ** 2, weight: 1 } },
      validation: { loss: 2 + 10 / (i + 1) ** 2 },
    },
  }));
  return { epochs, atoms: [], boundary: 10, window: null };
}

const metrics = (targets: string[]) => ({ targets }) as unknown as Parameters<typeof learningCurves>[0]["metrics"];
const of = (targets: string[], predictionLoss = "mse") => ({ metrics: metrics(targets), predictionLoss });

describe("learning curves", () => {
  it("are not drawn on an axis that the first epochs set; what lies above is marked and said", async () => {
    const curves = learningCurves(of(["y"]), timelineOf(30), 25);
    if (curves === null) throw new Error("no curves");
    expect(curves.range[1]).toBeLessThan(6);
    expect(curves.range[0]).toBeLessThan(1.03);
    expect(curves.above).toContainEqual({ x: 1, y: 21 });
    const legend = curvesLegend(curves).text;
    expect(legend).toContain(`triangles stand for ${curves.above.length} values above it, the highest 21.0`);
    const { wide } = await curvesFigure(curves, timelineOf(30));
    expect(wide).toContain("epoch 25, kept");
    expect(wide).toContain("training");
    expect(wide).toContain("validation");
  });

  it("are drawn whole where no epoch stands out", () => {
    expect(robustRange([1, 2, 3, 4].map((y, x) => ({ x, y })))[1]).toBeGreaterThan(4);
    expect(robustRange([{ x: 1, y: 3 }])).toEqual([2, 4]);
  });

  it("are divided by what they were at the kept epoch where they are on different scales", () => {
    for (const [targets, loss] of [
      [["y", "z"], "mse"],
      [["y"], "cs"],
    ] as const) {
      const curves = learningCurves(of([...targets], loss), timelineOf(30), 25);
      expect(curves?.relative).toBe(true);
      expect(curves?.kept).toEqual({ x: 25, y: 1 });
      expect(curves?.training.find(({ x }) => x === 25)?.y).toBe(1);
    }
    expect(learningCurves(of(["y"]), timelineOf(30), 25)?.relative).toBe(false);
  });

  it("are there without a kept epoch, and not without validation", () => {
    expect(learningCurves(of(["y"]), timelineOf(30), undefined)?.kept).toBeNull();
    const { epochs, ...rest } = timelineOf(3);
    const blind = epochs.map(({ x, line }) => ({ x, line: { ...line, validation: null } }));
    expect(learningCurves(of(["y"]), { ...rest, epochs: blind }, 1)).toBeNull();
  });
});
