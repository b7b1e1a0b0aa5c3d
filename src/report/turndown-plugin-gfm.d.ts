declare module "@joplin/turndown-plugin-gfm" {
  import type TurndownService from "turndown";

  /** GitHub-flavoured tables. */
  export const tables: TurndownService.Plugin;
}
