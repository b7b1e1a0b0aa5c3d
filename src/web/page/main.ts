/// <reference lib="dom" />
import type { PageContents } from "../contents.js";
import { PageModel } from "../model.js";
import { pace } from "../pace.js";
import { csvOf, type PageRow, pageRows, predictRows } from "../table.js";
import { App } from "./app.js";

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
const opened = PageModel.open(contents);

async function predicted(text: string) {
  const model = await opened;
  const turn = pace();
  const label = "the table";
  return predictRows(model, await model.load({ text, label }, turn), label, { pace: turn });
}

window.pidreg = {
  predict: async (text) => pageRows(await predicted(text)),
  predictCsv: async (text) => csvOf(await predicted(text), "the predictions"),
};
void opened.then((model) => new App(model).begin());
