// A plugin of TypeDoc: documents go by their first heading, not by the name of their file.
import { Converter } from "typedoc";

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const text = document.content.map((part) => part.text).join("");
    const [, title] = /^# (.+)$/m.exec(text) ?? [];
    if (title === undefined) throw new Error(`${document.name}: a document begins with a heading`);
    document.name = title.replaceAll("`", "");
  });
}
