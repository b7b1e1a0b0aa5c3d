import { it } from "vitest";

/** Whether tests of minutes run: `npm run test:long` sets this, `npm test` does not. */
export const long = process.env.PIDREG_LONG !== undefined;

/** A test of half a minute or more, of which `npm test` says that it is skipped. */
export const itLong = it.runIf(long);
