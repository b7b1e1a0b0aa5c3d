import { describe, expect, it } from "vitest";
import { regionOf, regionsOf } from "./regions.js";

describe("names of FreeSurfer's tables", () => {
  it.each([
    ["lh_bankssts_thickness", "bankssts", "left"],
    ["rh_G&S_frontomargin_area", "G&S_frontomargin", "right"],
    ["lh.cuneus_volume", "cuneus", "left"],
    ["rh_MeanThickness_thickness", "MeanThickness", "right"],
    ["ctx-rh-insula", "insula", "right"],
    ["wm-lh-cuneus", "cuneus", "left"],
    ["Left-Hippocampus", "Hippocampus", "left"],
    ["Right.Thalamus.Proper", "Thalamus.Proper", "right"],
    ["Left-Accumbens-area", "Accumbens-area", "left"],
    ["rhCortexVol", "CortexVol", "right"],
  ])("%s", (column, region, side) => {
    expect(regionOf(column)).toEqual({ region, side });
  });

  it.each(["Brain-Stem", "age", "leftover_score", "rhythm", "lh_", "CC_Anterior", "righteous-anger_score"])(
    "%s tells none",
    (column) => {
      expect(regionOf(column)).toBeNull();
    },
  );

  it("of one region are together, measures and sides", () => {
    const columns = ["lh_a_thickness", "rh_a_thickness", "lh_a_area", "Left-B", "Right-B", "Left-C", "x"];
    expect(regionsOf(columns)).toEqual([
      { region: "a", left: [0, 2], right: [1] },
      { region: "B", left: [3], right: [4] },
      { region: "C", left: [5], right: [] },
    ]);
  });

  it("are looked for only where two regions have both sides", () => {
    expect(regionsOf(["left-hand", "right-hand", "left-ear", "x"])).toEqual([]);
  });
});
