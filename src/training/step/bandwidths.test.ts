import { describe, expect, it } from "vitest";
import { lossesSchema } from "../../config/losses.js";
import { fusionTerms } from "../../models/fusion.js";
import { regression } from "../../tasks/regression/regression.js";
import { bandwidthsOf, freshDistances, latentDistances } from "./bandwidths.js";

const distances = { input: { a: 2, b: 3 }, latent: { a: 5, b: 7 }, fused: 11, target: 13 };
const widths = (losses: Parameters<typeof lossesSchema.parse>[0]) =>
  bandwidthsOf(distances, ["a", "b"], lossesSchema.parse(losses), regression.loss(lossesSchema.parse(losses)));

describe("kernel widths", () => {
  it("are the median distance times the factor of the loss that uses the kernel", () => {
    const gaussianity = { bandwidthFactor: 10 };
    const independence = { bandwidthFactor: 100 };
    expect(widths({ gaussianity, independence })).toEqual({
      "bandwidth.gaussianity.a": 50,
      "bandwidth.gaussianity.b": 70,
      "bandwidth.input.a": 200,
      "bandwidth.input.b": 300,
      "bandwidth.latent.a": 500,
      "bandwidth.latent.b": 700,
    });
    const latent = widths({ gaussianity, independence: { ...independence, target: "latent" }, prediction: "cs" });
    expect(latent).toEqual({
      "bandwidth.gaussianity.a": 50,
      "bandwidth.gaussianity.b": 70,
      "bandwidth.latent.a": 500,
      "bandwidth.latent.b": 700,
      "bandwidth.target": 1300,
      "bandwidth.fused": 1100,
      "bandwidth.prediction": 1300,
    });
  });

  it("belong only to kernels that are used", () => {
    expect(widths({ gaussianity: { weight: 0 }, independence: { weight: 0 } })).toEqual({});
    expect(Object.keys(widths({ gaussianity: { estimator: "sigreg" }, independence: { weight: 0 } }))).toEqual([]);
  });

  it("before any training follow from the variance 1 of normalised latents", () => {
    expect(freshDistances(["a"], 8)).toEqual({ latent: { a: 4 }, fused: 4 });
  });

  it("are measured on two rows, and 1 where there is no distance: of a single row, or of rows that coincide", () => {
    const terms = fusionTerms(["a"], { method: "equal", interaction: "none" });
    const kernels = [{ name: "a", of: "latent", modality: "a" } as const, { name: "fused", of: "fused" } as const];
    const asked = { names: ["a"], latentDim: 2, terms, weights: [2], kernels };
    const of = (...latents: number[]) => latentDistances({ ...asked, latents: Float32Array.from(latents) });
    expect(of(0, 0, 3, 4)).toEqual({ latent: { a: 5 }, fused: 10 });
    expect(of(3, 4)).toEqual({ latent: { a: 1 }, fused: 1 });
    expect(of(3, 4, 3, 4)).toEqual({ latent: { a: 1 }, fused: 1 });
  });

  it("of latents are measured where a kernel is applied to them", () => {
    const terms = fusionTerms(["a"], { method: "equal", interaction: "none" });
    const asked = { latents: Float32Array.of(0, 0, 3, 4), names: ["a"], latentDim: 2, terms, weights: [2] };
    expect(latentDistances({ ...asked, kernels: [{ name: "x", of: "input", modality: "a" }] })).toEqual({
      latent: { a: 1 },
      fused: 1,
    });
    expect(latentDistances({ ...asked, kernels: [{ name: "g", of: "gaussianity", modality: "a" }] }).latent.a).toBe(5);
    expect(latentDistances({ ...asked, kernels: [{ name: "f", of: "fused" }] })).toEqual({
      latent: { a: 1 },
      fused: 10,
    });
  });
});
