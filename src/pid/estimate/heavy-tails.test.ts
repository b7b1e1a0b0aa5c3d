import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { gaussianPidFromData } from "./gaussian-pid-from-data.js";
import { restOnHeavyTails } from "./heavy-tails.js";
import { pidFromResiduals } from "./residuals.js";

/** y, a and b of rows with the tails of Student's t; null: normal. Rows of a group share their distance from the middle. */
function table(rows: number, tails: number | null, seed: string, perGroup = 1) {
  const rng = new Rng(seed);
  const columns = [0, 1, 2].map(() => new Float64Array(rows));
  let scale = 1;
  for (let r = 0; r < rows; r++) {
    if (tails !== null && r % perGroup === 0) scale = Math.sqrt(tails / rng.chiSquared(tails));
    const [y, own, other] = [rng.normal(), rng.normal(), rng.normal()];
    [y, 0.6 * y + 0.8 * own, 0.5 * y + 0.87 * other].forEach((v, j) => {
      columns[j][r] = scale * v;
    });
  }
  return { y: columns[0], a: columns[1], b: columns[2] };
}

type Table = ReturnType<typeof table>;

const fromData = ({ y, a, b }: Table, groups?: number[]) =>
  gaussianPidFromData(
    { name: "y", columns: [y] },
    [
      { name: "a", columns: [a] },
      { name: "b", columns: [b] },
    ],
    { groups },
  ).flags;

const fromResiduals = ({ y, a, b }: Table) =>
  pidFromResiduals({
    names: ["a", "b"],
    target: y,
    residuals: [y.map((v, r) => v - 0.6 * a[r]), y.map((v, r) => v - 0.5 * b[r])],
    jointResiduals: y.map((v, r) => v - 0.46 * a[r] - 0.3 * b[r]),
  }).flags;

const share = (tables: number, isFlagged: (seed: number) => boolean) =>
  Array.from({ length: tables }, (_, seed) => isFlagged(seed)).filter(Boolean).length / tables;

describe("the flag heavy-tails", () => {
  it.each([
    ["a table", fromData],
    ["held-out residuals", fromResiduals],
  ] as const)("is raised on %s of infinite fourth moments, and not on normal ones", (_, flags) => {
    const raised = (rows: number, tails: number | null) => (seed: number) =>
      flags(table(rows, tails, `${rows}/${tails}/${seed}`)).includes("heavy-tails");
    expect(share(40, raised(500, 3))).toBeGreaterThan(0.9);
    expect(share(100, raised(200, null))).toBeLessThan(0.03);
    expect(share(100, raised(30, null))).toBeLessThan(0.06);
  });

  it("goes away with rows where fourth moments are finite, and with ranks", () => {
    const raised = (seed: number) => fromData(table(20_000, 8, `many/${seed}`)).includes("heavy-tails");
    expect(share(10, raised)).toBe(0);
    const { y, a, b } = table(500, 3, "ranks");
    const ranked = gaussianPidFromData(
      { name: "y", columns: [y] },
      [
        { name: "a", columns: [a] },
        { name: "b", columns: [b] },
      ],
      { transform: "inverse-normal", transformSources: true },
    );
    expect(fromData({ y, a, b })).toContain("heavy-tails");
    expect(ranked.flags).not.toContain("heavy-tails");
  });

  it("asks of groups how far their sums are out", () => {
    const labels = Array.from({ length: 1000 }, (_, r) => Math.floor(r / 4));
    const raised = (tails: number | null) => (seed: number) =>
      fromData(table(1000, tails, `groups/${tails}/${seed}`, 4), labels).includes("heavy-tails");
    expect(share(20, raised(3))).toBeGreaterThan(0.8);
    expect(share(20, raised(null))).toBe(0);
  });

  it("needs both a heavy tail and few rows that carry the squares", () => {
    const power = (index: number, rows: number) =>
      Float64Array.from({ length: rows }, (_, r) => ((r + 0.5) / rows) ** (-1 / index) * (r % 2 === 0 ? 1 : -1));
    expect(restOnHeavyTails([power(1.2, 400)])).toBe(true);
    expect(restOnHeavyTails([power(4, 400)])).toBe(false);
    // any one of the amounts is enough
    expect(restOnHeavyTails([power(4, 400), power(1.2, 400)])).toBe(true);
    // a tail of many equal rows does not fall, and rows that tell nothing have none
    expect(restOnHeavyTails([Float64Array.from({ length: 400 }, (_, r) => (r % 2 === 0 ? 1 : -1))])).toBe(false);
    expect(restOnHeavyTails([new Float64Array(400)])).toBe(false);
  });
});
