/** Options of commands that read a table, or the rows of a config, without training: what is read, and how. */
export const readingOptions = {
  part: {
    choices: ["train+validation", "train", "all"] as const,
    requiresArg: true,
    describe: "rows of a config that are read (default: train+validation; all: the test part too)",
  },
  set: {
    type: "string",
    array: true,
    nargs: 1,
    describe: "override of a key of the config, path.to.key=value; repeatable",
  },
  data: { type: "string", describe: "table: csv, tsv, txt, parquet or json lines, plain or .gz" },
  target: { type: "string", describe: "target column, or several with commas: one joint target" },
  modality: {
    type: "string",
    array: true,
    nargs: 1,
    describe: "NAME=COLS, once per modality; COLS: names, globs (lh_*), 0-based index ranges (5:155), with commas",
  },
  "target-kind": {
    choices: ["auto", "class", "number"] as const,
    requiresArg: true,
    default: "auto" as const,
    describe: "how the target is read; auto: at most 10 different values, numbers or text, are classes",
  },
  category: {
    type: "string",
    nargs: 1,
    describe: "columns of modalities that hold categories (sex, site, zip codes), with commas",
  },
  group: {
    type: "string",
    describe: "column of subjects or sites: rows of one depend on one another, and errors go by groups",
  },
  missing: {
    choices: ["error", "drop", "mean"] as const,
    requiresArg: true,
    default: "error" as const,
    describe: "missing values of modalities; rows without a target are always left out",
  },
  "missing-values": {
    type: "string",
    nargs: 1,
    describe: "what else stands for a missing number, with commas: --missing-values=-9999,-,?",
  },
} as const;
