import { createHash } from "node:crypto";
import { type Html, html, trustedSvg } from "./html.js";
import { followTheme, themeCss } from "./palette.js";
import { fontFamily } from "./render-svg.js";
import type { Figure, Section } from "./section.js";

/** What stands at the head of the page. */
export interface PageHead {
  readonly title: string;
  readonly subtitle: string;
  /** What the page was made from; the files of a run folder if left out. */
  readonly madeFrom?: string;
  /** A program of the page, and how its own elements look; its policy lets this one run, by its SHA-256, and no other. */
  readonly script?: string;
  readonly style?: string;
  /** A second program, which the first one takes out of a block and runs. */
  readonly unpacked?: string;
  /** What the program reads: elements that run nothing and are not shown. */
  readonly blocks?: readonly PageBlock[];
  /** The program may ask the place that the page came from, and no other. */
  readonly asks?: true;
}

/** Text in an element that runs nothing; it must hold no `<`. */
export interface PageBlock {
  readonly id: string;
  /** A type that is no program's. */
  readonly type: "application/json" | "text/plain";
  readonly text: string;
}

/** Sections as they stand on a page, one by one, for a program that puts newer ones in their places. */
export function sectionTexts(sections: readonly Section[]): { readonly id: string; readonly html: string }[] {
  return sections.map((section) => ({ id: section.id, html: withNumbersKept(sectionHtml(section).text) }));
}

/** One self-contained HTML document: no script but the one that is given, no request, both themes, any width, paper. */
export function page(head: PageHead, sections: readonly Section[]): string {
  const links = sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`);
  const body = html`<header><h1>${head.title}</h1><p class="quiet">${head.subtitle}</p><nav aria-label="Contents">${links}</nav></header>
<main>${sections.map(sectionHtml)}</main>
<footer class="quiet">Made by pidreg from ${head.madeFrom ?? "the files of the run folder"}.</footer>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${html`${head.title}`.text}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${scriptSource(head)}${head.asks ? "connect-src 'self'; " : ""}style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><style>${themeCss()}${style}${head.style ?? ""}</style></head><body>
${withNumbersKept(body.text)}
${(head.blocks ?? []).map(({ id, type, text }) => `<script type="${type}" id="${id}">${text}</script>\n`).join("")}${head.script === undefined ? "" : `<script>${head.script}</script>\n`}</body></html>
`;
}

/** What lets the programs of the page run. */
function scriptSource({ script, unpacked }: PageHead): string {
  const programs = [script, unpacked].filter((program) => program !== undefined);
  if (programs.length === 0) return "";
  const hash = (program: string) => `'sha256-${createHash("sha256").update(program).digest("base64")}'`;
  return `script-src ${programs.map(hash).join(" ")}; `;
}

/** No line break between a number and its percent sign. */
function withNumbersKept(text: string): string {
  return text.replace(/(\d) %/g, "$1\u00a0%");
}

function sectionHtml(section: Section): Html {
  return html`<section id="${section.id}"><h2>${section.title}</h2>
${section.reading.map((line) => html`<p class="reading">${line}</p>`)}
<div class="${section.beside ? "beside" : "below"}">${section.figures.length === 0 ? null : html`<div class="figures">${section.figures.map(figureHtml)}</div>`}
<div class="tables">${section.body ?? null}</div></div>
${section.legend === undefined ? null : html`<p class="quiet">${section.legend}</p>`}
</section>`;
}

function figureHtml({ wide, narrow }: Figure): Html {
  const drawing = (svg: string) => trustedSvg(followTheme(svg));
  if (wide === narrow) return html`<figure>${drawing(wide)}</figure>`;
  return html`<figure class="wide">${drawing(wide)}</figure><figure class="narrow">${drawing(narrow)}</figure>`;
}

const style = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 ${fontFamily}}
header,main,footer{max-width:1080px;margin:0 auto;padding:0 20px}
header{padding-top:40px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:21px;line-height:1.3;margin:0 0 10px;overflow-wrap:anywhere}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;padding:12px 0;border-bottom:1px solid var(--rule);font-size:14px}
a{color:var(--modality0);text-underline-offset:3px}
section{padding:28px 0 20px;border-bottom:1px solid var(--grid)}
.reading{margin:0 0 8px;max-width:72ch;font-size:17px;overflow-wrap:anywhere}
.quiet{color:var(--quiet);font-size:14px;max-width:90ch;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:12px 24px;margin:14px 0}
.figures figure{margin:0;max-width:100%}
.figures svg{display:block;max-width:100%;height:auto}
.maps{display:flex;flex-wrap:wrap;gap:10px 22px;margin:6px 0 14px}
.map{margin:0}
.map .drawn{display:flex;align-items:flex-start;gap:6px}
.map .wide{flex-direction:column}
.map img{min-width:0;max-width:100%;height:auto;image-rendering:pixelated}
.map figcaption{width:0;min-width:100%;color:var(--quiet);font-size:13px;overflow-wrap:anywhere}
.beside{display:flex;flex-wrap:wrap;gap:0 40px;align-items:flex-start}
.beside>*{min-width:0;max-width:100%}
summary{cursor:pointer;color:var(--quiet);font-size:14px;padding:6px 0;max-width:90ch}
.narrow{display:none}
.scroll{overflow-x:auto;margin:12px 0;max-width:100%;background:linear-gradient(to right,var(--page) 30%,transparent),linear-gradient(to left,var(--page) 30%,transparent) 100% 0,linear-gradient(to right,var(--rule),transparent),linear-gradient(to left,var(--rule),transparent) 100% 0;background-repeat:no-repeat;background-size:44px 100%,44px 100%,16px 100%,16px 100%;background-attachment:local,local,scroll,scroll;scrollbar-width:thin}
details .scroll{margin-top:4px}
table{border-collapse:collapse;font-size:15px;font-variant-numeric:tabular-nums}
th,td{padding:5px 16px 5px 0;border-bottom:1px solid var(--grid);text-align:left;vertical-align:top;font-weight:400}
td.long{min-width:9em;overflow-wrap:anywhere}
thead th{color:var(--quiet);font-size:14px;border-bottom-color:var(--rule);vertical-align:bottom}
th.number,td.number{text-align:right;white-space:nowrap}
tbody th{min-width:8.5em;overflow-wrap:anywhere}
ul{margin:8px 0;padding-left:22px;max-width:80ch;overflow-wrap:anywhere}
.warnings b{color:var(--warning)}
pre{background:var(--panel);padding:14px;overflow-x:auto;font-size:13px;line-height:1.45;border-radius:6px;max-height:480px}
code{font-size:.92em;background:var(--panel);padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}
footer.quiet{max-width:1080px;padding-top:20px;padding-bottom:40px}
@media (max-width:640px){
header,main,footer{padding-left:16px;padding-right:16px}
header{padding-top:24px}h1{font-size:25px}
.wide{display:none}.narrow{display:block}
.reading{font-size:16px}
table{font-size:14px}th,td{padding-right:11px}thead th{font-size:13px}
}
@media print{
nav{display:none}body{font-size:10pt}header{padding-top:0}section{padding:14px 0 8px}
.reading{font-size:10.5pt}.quiet{font-size:8.5pt}
.scroll{overflow:visible;background:none}table{font-size:8.5pt}th,td{padding:3px 9px 3px 0}thead th{font-size:8pt}
section{break-inside:auto}figure,table,h2,.reading,.quiet,li{break-inside:avoid}h2,.reading{break-after:avoid}
pre{max-height:none;white-space:pre-wrap}
}
`;
