/// <reference lib="dom" />
import type { GivenFile } from "../files/given-files.js";
import type { PageRow } from "../table.js";

/** What a page offers scripts and tests. */
export interface PageApi {
  /** The rows that the page shows of a table. @param files that its rows are read from */
  readonly predict: (csvText: string, files?: readonly (File | GivenFile)[]) => Promise<readonly PageRow[]>;
  /** The same as `pidreg predict` writes it. */
  readonly predictCsv: (csvText: string, files?: readonly (File | GivenFile)[]) => Promise<string>;
}

declare global {
  interface Window {
    pidreg?: PageApi;
  }
}
