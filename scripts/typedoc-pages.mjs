// A plugin of TypeDoc: every page of the website links the pages of scripts/example-pages.mjs, and so does a document where it names one.
import { JSX, PageEvent } from "typedoc";
import { examplePages } from "./example-pages-list.mjs";

export function load(app) {
  app.renderer.hooks.on("sidebar.end", (context) =>
    JSX.createElement(
      "nav",
      { "aria-label": "Models as pages", class: "tsd-navigation" },
      JSX.createElement("p", null, "Models as pages:"),
      ...examplePages.map(({ file, title }) =>
        JSX.createElement("p", null, JSX.createElement("a", { href: context.relativeURL(file) }, title)),
      ),
    ),
  );
  app.renderer.on(PageEvent.END, (page) => {
    const up = "../".repeat(page.url.split("/").length - 1);
    for (const { file } of examplePages) {
      const name = `docs/api/${file}`;
      page.contents = page.contents?.replaceAll(
        `<code>${name}</code>`,
        `<a href="${up}${file}"><code>${name}</code></a>`,
      );
    }
  });
}
