import { styleText } from "node:util";

/** Marks text on a terminal that shows colours; plain text everywhere else. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** No codes. */
export const plainStyle: Style = { bold: (text) => text, dim: (text) => text };

/** Node decides: no terminal, NO_COLOR and TERM=dumb mean no codes. */
export function styleOf(stream: NodeJS.WriteStream): Style {
  if (!stream.isTTY || !stream.hasColors()) return plainStyle;
  // Newer versions of Node would look at stdout instead of this stream.
  const always = { validateStream: false };
  return { bold: (text) => styleText("bold", text, always), dim: (text) => styleText("dim", text, always) };
}
