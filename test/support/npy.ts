import { writeFileSync } from "node:fs";

/** Writes a .npy file of float64, last axis fastest. */
export function writeNpy(file: string, shape: readonly number[], values: ArrayLike<number>): void {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(", ")},), }\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, head.length & 255, head.length >> 8]);
  writeFileSync(file, Buffer.concat([start, Buffer.from(head), Buffer.from(Float64Array.from(values).buffer)]));
}
