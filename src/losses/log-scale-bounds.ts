/** Bounds of the log of a scale that is fitted: from 1/400 to 55 times the unit. */
export const logScaleBounds = { least: -6, most: 4 } as const;
