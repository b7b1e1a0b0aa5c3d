import { describe, expect, it } from "vitest";
import { integratePanels } from "../../math/quadrature.js";
import { Rng } from "../../math/rng.js";
import { logSnrIn, logSnrRange, mixing, timeFeatures, timeWidth } from "./diffusion.js";

describe("noise that is mixed in", () => {
  it("leaves the variance as it is, with the ratio asked for", () => {
    for (const logSnr of [-6, -1, 0, 3, 10]) {
      const { signal, noise } = mixing(logSnr);
      expect(signal ** 2 + noise ** 2).toBeCloseTo(1, 12);
      expect(Math.log(signal ** 2 / noise ** 2)).toBeCloseTo(logSnr, 9);
    }
  });

  it.each([0.3, 0.8, 0.99])(
    "tells the information of normal variables by the best denoisers: correlation %d",
    (rho) => {
      // e(x_t) = noise x_t and e(x_t, y) = noise (x_t - signal rho y) / v, v = 1 - signal^2 rho^2; the mean square of the difference is
      const difference = (logSnr: number) => {
        const { signal, noise } = mixing(logSnr);
        const v = 1 - (signal * rho) ** 2;
        return (noise ** 2 * (1 - v)) / v;
      };
      const nats = 0.5 * integratePanels(difference, logSnrRange.least, logSnrRange.most, 64);
      // what the ends of the range leave out: e^-6 below, e^-10 / (1 - rho^2) above
      expect(nats).toBeLessThan(-0.5 * Math.log(1 - rho ** 2));
      expect(nats).toBeGreaterThan(-0.5 * Math.log(1 - rho ** 2) - 0.003);
    },
  );

  it("is drawn in its part of the range", () => {
    const rng = new Rng("strata");
    for (let stratum = 0; stratum < 8; stratum++) {
      const logSnr = logSnrIn(stratum, 8, rng);
      expect(logSnr).toBeGreaterThanOrEqual(logSnrRange.least + 2 * stratum);
      expect(logSnr).toBeLessThan(logSnrRange.least + 2 * (stratum + 1));
    }
  });

  it("is told to a network as a number in -1 .. 1 and by bumps along it", () => {
    const features = (logSnr: number) => {
      const out = new Float32Array(timeWidth);
      timeFeatures(logSnr, out);
      return out;
    };
    expect([features(-6)[0], features(2)[0], features(10)[0]]).toEqual([-1, 0, 1]);
    // the centre of the third bump
    expect(features(-6 + 16 * (2.5 / 8))[3]).toBeCloseTo(1, 6);
    expect(features(-6 + 16 * (2.5 / 8))[4]).toBeCloseTo(Math.exp(-0.5), 6);
  });
});
