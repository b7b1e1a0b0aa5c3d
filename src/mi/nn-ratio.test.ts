import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { nnRatio, otherRows } from "./nn-ratio.js";

const rng = new Rng("nn-ratio");
const normals = (n: number) => Float64Array.from({ length: n }, () => rng.normal());

/** By the definition, point by point. */
function bruteForce(x: Float64Array[], y: Float64Array[], next: Int32Array, k: number): number {
  const n = next.length;
  const joint = Array.from({ length: n }, (_, i) => [...x.map((c) => c[i]), ...y.map((c) => c[i])]);
  const product = Array.from(next, (r, i) => [...x.map((c) => c[i]), ...y.map((c) => c[r])]);
  const points = [...joint.map((at) => ({ at, joint: true })), ...product.map((at) => ({ at, joint: false }))];
  let sum = 0;
  for (const own of points.filter((point) => !point.joint)) {
    const distance = ({ at }: typeof own) => Math.hypot(...at.map((v, c) => v - own.at[c]));
    const nearest = points.filter((point) => point !== own).sort((a, b) => distance(a) - distance(b));
    const ofJoint = nearest.slice(0, k).filter((point) => point.joint).length;
    const rho = ofJoint / (k - ofJoint + 1);
    sum += rho === 0 ? 0 : rho * Math.log2(rho);
  }
  return sum / n;
}

describe("ratios of nearest neighbours", () => {
  it.each([
    ["one column each", 1, 1],
    ["two columns and one", 2, 1],
  ])("are those of the definition: %s", (_, dimX, dimY) => {
    const [n, k] = [14, 4];
    const x = Array.from({ length: dimX }, () => normals(n));
    const y = Array.from({ length: dimY }, () => normals(n).map((v, r) => v + x[0][r]));
    const next = otherRows(n, new Rng(1));
    expect(nnRatio(x, y, next, k).bits).toBeCloseTo(bruteForce(x, y, next, k), 12);
  });

  it("put to every row the y of another, each once", () => {
    const next = otherRows(50, new Rng("circle"));
    expect([...next].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
    for (const [r, other] of next.entries()) expect(other).not.toBe(r);
    expect([...next]).not.toEqual(Array.from({ length: 50 }, (_, r) => (r + 1) % 50));
  });

  it("find the information of normal variables", () => {
    const n = 1000;
    const x = normals(n);
    const noise = normals(n);
    const y = x.map((v, r) => 0.8 * v + 0.6 * noise[r]);
    const { bits, standardError, n: rows } = nnRatio([x], [y], otherRows(n, new Rng(2)));
    // too large by the variance of the ratio and too small where the law is narrow: within 0.2 of 0.737 bits
    expect(Math.abs(bits + Math.log2(0.6))).toBeLessThan(0.2);
    expect([rows, standardError > 0.03 && standardError < 0.15]).toEqual([n, true]);
  });

  it("are too large by 2 / k nats where nothing is known", () => {
    const n = 2000;
    const found = nnRatio([normals(n)], [normals(n)], otherRows(n, new Rng(3)), 40);
    // the second order of rho log rho; the sample makes 0.02 of it
    expect(Math.abs(found.bits - 2 / 40 / Math.LN2)).toBeLessThan(0.035);
  });

  it("refuse fewer rows than neighbours", () => {
    const few = normals(5);
    expect(() => nnRatio([few], [few], otherRows(5, new Rng(4)), 4)).toThrow(
      "at least 6 rows are needed for k = 4, got 5",
    );
  });
});
