import { fileURLToPath } from "node:url";

/** The program of the command line. */
export const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
