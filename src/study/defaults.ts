/** What the studies do unless they are told otherwise, on the command line and in the library. */
export const studyDefaults = {
  crossval: { folds: 5, repeats: 1 },
  select: { seeds: 3, margin: 0.02, decideOn: "validation" },
  ablate: { seeds: 3 },
} as const;
