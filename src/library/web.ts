/**
 * `pidreg/web`: what a page of `pidreg page` is made of, for programs in a browser. No Node module is reachable from here.
 */
export type { PageContents } from "../web/contents.js";
export type { GivenFile } from "../web/files/given-files.js";
export type { PageRow, RowAtoms } from "../web/table.js";

import type { PageContents } from "../web/contents.js";
import type { GivenFile } from "../web/files/given-files.js";
import { GivenFiles } from "../web/files/given-files.js";
import { PageModel } from "../web/model.js";
import { pace } from "../web/pace.js";
import { csvOf, type PageRow, pageRows, predictRows } from "../web/table.js";

/** A table that was predicted in a browser. */
export interface WebPredictions {
  readonly rows: readonly PageRow[];
  /** The same as `pidreg predict` writes it. */
  readonly csv: string;
  /** Sentences about rows unlike those of the training. */
  readonly messages: readonly string[];
}

/** A trained model in a browser. */
export interface WebModel {
  readonly targets: readonly string[];
  /**
   * Predicts every row of a CSV or TSV table.
   * @param options.files pictures, sequences, volumes and arrays that the rows are read from, by their path below the folder of the table, or
   *   by their name alone
   * @throws InputError naming row and column, or row and file, of what does not fit
   */
  predict(
    csvText: string,
    options?: { readonly signal?: AbortSignal; readonly files?: readonly GivenFile[] },
  ): Promise<WebPredictions>;
}

/** Opens the contents of a page. @throws InputError for what is no model of this version */
export async function openModel(contents: PageContents): Promise<WebModel> {
  const model = await PageModel.open(contents);
  return {
    targets: model.stored.coding.names,
    predict: async (text, { signal, files = [] } = {}) => {
      const own = pace(signal);
      const given = new GivenFiles(files);
      try {
        const tables = await model.load({ text, label: "the table", files: given }, { pace: own });
        const rows = await predictRows(model, tables, "the table", { pace: own });
        return { rows: pageRows(rows), csv: csvOf(rows, "the predictions"), messages: rows.messages };
      } finally {
        given.close();
      }
    },
  };
}
