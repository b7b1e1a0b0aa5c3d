import type { Rng } from "../../math/rng.js";
import type { ColumnRequest, TableSource } from "../table/table-source.js";
import { DrawnRows } from "./drawn-rows.js";

/** A random sample of the rows of an open table, and what was read to draw it. */
export interface SampledTable extends TableSource {
  /** Rows of the whole table; 0 before it was read. */
  readonly tableRows: () => number;
  /** What was asked for last. */
  readonly request: () => ColumnRequest;
}

/**
 * A table of which only a random sample is handed on, in the order of the file. The whole table is read, and the sample held.
 * @param size rows of the sample; all where the table has no more
 * @param rng  stream of the sample
 * @param onRows told after every chunk how many rows were read; what it throws ends the reading
 */
export function sampledTable(
  source: TableSource,
  size: number,
  rng: Rng,
  onRows?: (rows: number) => void,
): SampledTable {
  let tableRows = 0;
  let asked: ColumnRequest = { numbers: [], texts: [] };
  let fileRows: Float64Array = new Float64Array(0);
  return {
    label: source.label,
    columns: source.columns,
    notes: () => source.notes?.() ?? [],
    close: () => source.close(),
    tableRows: () => tableRows,
    request: () => asked,
    fileRow: (row) => fileRows[row],
    stream: async (request, onChunk) => {
      const drawn = new DrawnRows(request, size, rng.split("sample"));
      tableRows = await source.stream(request, (chunk) => {
        drawn.add(chunk);
        onRows?.(drawn.seen);
      });
      asked = request;
      const { fileRows: places, ...sample } = drawn.finish();
      fileRows = places;
      await onChunk({ ...sample, firstRow: 0 });
      return sample.rows;
    },
  };
}
