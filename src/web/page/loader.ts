/// <reference lib="dom" />
/*
 * The program that a page begins with: takes the program of pages out of the block that holds it packed, and runs it. Whoever asks before
 * that is answered by it.
 */
import { programPlace } from "../contents.js";
import { unpacked } from "../packed/unpacked.js";
import type { PageApi } from "./page-api.js";

async function run(): Promise<void> {
  const block = document.getElementById(programPlace);
  const script = document.createElement("script");
  script.textContent = new TextDecoder().decode(await unpacked(block?.textContent ?? ""));
  block?.remove();
  document.head.append(script);
  script.remove();
}

const running = run();
const own = async (): Promise<PageApi> => {
  await running;
  if (window.pidreg === undefined || window.pidreg === early) throw new Error("the program of the page does not run");
  return window.pidreg;
};
const early: PageApi = {
  predict: async (...given) => (await own()).predict(...given),
  predictCsv: async (...given) => (await own()).predictCsv(...given),
};
window.pidreg = early;
