/// <reference lib="dom" />
import { openModel, type PageContents, type PageRow } from "../../library/web.js";

declare global {
  interface Window {
    /** What the page of a run was written with. */
    pidregContents?: string;
    /** For scripts and tests. */
    pidreg?: {
      /** The rows that the page shows of a table. */
      readonly predict: (csvText: string) => Promise<readonly PageRow[]>;
      /** The same as `pidreg predict` writes it. */
      readonly predictCsv: (csvText: string) => Promise<string>;
    };
  }
}

const contents = JSON.parse(window.pidregContents ?? "null") as PageContents;
delete window.pidregContents;
const opened = openModel(contents);
window.pidreg = {
  predict: async (text) => (await (await opened).predict(text)).rows,
  predictCsv: async (text) => (await (await opened).predict(text)).csv,
};
