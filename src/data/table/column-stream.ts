import { InputError } from "../../errors.js";
import type { TableSource } from "./table-source.js";

/** More groups than this is an identifier, not a grouping. */
const mostGroups = 1000;

/** Some consecutive rows: the number columns as typed arrays, the group as an index. */
export interface ColumnChunk {
  readonly rows: number;
  /** one array [rows] per requested column, NaN = missing; valid during the call only */
  readonly columns: readonly Float64Array[];
  /** [rows] index into `groupNames`, -1 = missing; absent without a group column */
  readonly groups?: Int32Array;
  /** [rows] label of the group that rows depend on one another in, null = missing; absent without such a column */
  readonly labels?: readonly (string | null)[];
  /** one array [rows] per requested column of categories, null = missing */
  readonly categories: readonly (readonly (string | null)[])[];
}

export interface ColumnStreamResult {
  readonly rows: number;
  /** values of the group column, in order of first appearance */
  readonly groupNames: readonly string[];
}

/**
 * Streams number columns of an open table, and optionally one column whose values are groups and one of labels.
 * @param onChunk called for consecutive rows, in file order
 * @param onProgress called with the number of rows read so far, at most four times a second
 * @param onGroups called before every chunk with the values of the group column so far
 * @throws InputError when the group column has more than 1000 values, or as the table does
 */
export async function streamTableColumns(
  table: TableSource,
  request: {
    readonly columns: readonly string[];
    readonly by?: string;
    readonly labels?: string;
    readonly categories?: readonly string[];
  },
  onChunk: (chunk: ColumnChunk) => void,
  onProgress?: (rows: number) => void,
  onGroups?: (names: readonly string[]) => void,
): Promise<ColumnStreamResult> {
  const indices = new Map<string, number>();
  let reported = 0;
  const { categories: wanted = [] } = request;
  const named = [request.by, request.labels].filter((name) => name !== undefined);
  const texts = [...named, ...wanted];
  const rows = await table.stream({ numbers: request.columns, texts }, (chunk) => {
    const groups = request.by === undefined ? undefined : groupIndices(chunk.texts[0], indices, request.by);
    const labels = request.labels === undefined ? undefined : chunk.texts[named.length - 1];
    const categories = chunk.texts.slice(named.length);
    onGroups?.([...indices.keys()]);
    onChunk({ rows: chunk.rows, columns: chunk.numbers, groups, labels, categories });
    const now = Date.now();
    if (onProgress && now - reported >= 250) {
      reported = now;
      onProgress(chunk.firstRow + chunk.rows);
    }
  });
  return { rows, groupNames: [...indices.keys()] };
}

function groupIndices(values: readonly (string | null)[], indices: Map<string, number>, by: string): Int32Array {
  const groups = new Int32Array(values.length);
  for (let r = 0; r < values.length; r++) {
    const value = values[r];
    if (value === null) {
      groups[r] = -1;
      continue;
    }
    let index = indices.get(value);
    if (index === undefined) {
      index = indices.size;
      indices.set(value, index);
      if (index >= mostGroups) {
        throw new InputError(
          `column "${by}" has more than ${mostGroups} different values; to decompose by group, name a column that ` +
            "divides the rows into few groups.",
        );
      }
    }
    groups[r] = index;
  }
  return groups;
}
