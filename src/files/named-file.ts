import { existsSync } from "node:fs";

/** The file of `FILE` or `NAME=FILE`; a file whose own name holds "=" is meant where there is one. */
export function fileBehindName(given: string): string {
  return existsSync(given) ? given : given.replace(/^[^=]*=/, "");
}
