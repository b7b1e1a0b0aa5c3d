import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PublicDataset } from "../../src/data/fetch/datasets.js";
import { Rng } from "../../src/math/rng.js";
import { zip } from "./zip.js";

/** Rows of the stand-in. */
const rows = 320;

/** A server on this machine in place of the origin of a dataset. */
export interface Origin {
  /** The dataset with its address and checksum replaced. */
  readonly dataset: PublicDataset;
  close(): void;
}

/** The origin of the superconductivity archive: its two tables, of the same columns, with made-up numbers. */
export async function superconductivityOrigin({ files: [file], ...dataset }: PublicDataset): Promise<Origin> {
  const archive = zip(archiveFiles());
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/zip", "content-length": archive.length });
    response.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive.zip`;
  const sha256 = createHash("sha256").update(archive).digest("hex");
  return { dataset: { ...dataset, files: [{ ...file, url, sha256 }] }, close: () => void server.close() };
}

/** 81 descriptors, 86 amounts, and a temperature that both know. */
function archiveFiles(): Record<string, string> {
  const rng = new Rng("superconductivity");
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i + 1}`);
  const descriptors = [[...numbered("descriptor", 81), "critical_temp"]];
  const amounts = [[...numbered("Element", 86), "critical_temp", "material"]];
  for (let row = 0; row < rows; row++) {
    const heat = 30 + 10 * rng.normal();
    const values = (count: number) =>
      Array.from({ length: count }, () => (heat / 10 + Math.abs(rng.normal())).toFixed(4));
    descriptors.push([...values(81), heat.toFixed(2)]);
    amounts.push([...values(86), heat.toFixed(2), `material${row}`]);
  }
  const csv = (lines: readonly (readonly string[])[]) => `${lines.map((line) => line.join(",")).join("\n")}\n`;
  return { "train.csv": csv(descriptors), "unique_m.csv": csv(amounts) };
}
