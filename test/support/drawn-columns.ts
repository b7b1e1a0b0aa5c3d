import { Rng } from "../../src/math/rng.js";

/** A target made of the values of a row. */
export type Draw = (x: readonly number[], rng: Rng) => number;

/** Independent normal columns and a target that is made of them. */
export function drawn(rows: number, columns: number, seed: string, draw: Draw) {
  const rng = new Rng(seed);
  const x = Array.from({ length: columns }, () => new Float64Array(rows));
  const y = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    for (const column of x) column[r] = rng.normal();
    y[r] = draw(
      x.map((column) => column[r]),
      rng,
    );
  }
  return { target: { name: "y", columns: [y] }, source: { name: "x", columns: x } };
}
