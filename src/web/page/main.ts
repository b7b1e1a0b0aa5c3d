/// <reference lib="dom" />
import { contentsPlace, type PageContents } from "../contents.js";
import { type GivenFile, GivenFiles } from "../files/given-files.js";
import { PageModel } from "../model.js";
import { pace } from "../pace.js";
import { csvOf, pageRows, predictRows } from "../table.js";
import { App } from "./app.js";
import type {} from "./page-api.js";

const block = document.getElementById(contentsPlace);
const contents = JSON.parse(block?.textContent ?? "null") as PageContents;
block?.remove();
const opened = PageModel.open(contents);

async function predicted(text: string, files: readonly (File | GivenFile)[] = []) {
  const model = await opened;
  const turn = pace();
  const label = "the table";
  const given = new GivenFiles(files.map(named));
  try {
    const tables = await model.load({ text, label, files: given }, { pace: turn });
    return await predictRows(model, tables, label, { pace: turn });
  } finally {
    given.close();
  }
}

function named(file: File | GivenFile): GivenFile {
  return file instanceof File ? { path: file.webkitRelativePath || file.name, contents: file } : file;
}

window.pidreg = {
  predict: async (text, files) => pageRows(await predicted(text, files)),
  predictCsv: async (text, files) => csvOf(await predicted(text, files), "the predictions"),
};
void opened.then((model) => new App(model).begin());
