/// <reference lib="dom" />
import { openModel, type PageContents, type PageRow } from "../../library/web.js";

declare global {
  interface Window {
    /** What the page of a run was written with. */
    pidregContents?: string;
    /** For scripts and tests: the rows that the table shows. */
    pidreg?: { predict: (csvText: string) => Promise<readonly PageRow[]> };
  }
}

const contents = JSON.parse(window.pidregContents ?? "null") as PageContents;
delete window.pidregContents;
const opened = openModel(contents);
window.pidreg = { predict: async (text) => (await (await opened).predict(text)).rows };
