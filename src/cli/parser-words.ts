/** The parser's own messages, in our words; pairs where it counts. */
export const parserWords = {
  "Unknown argument: %s": { one: "Unknown argument or option: %s", other: "Unknown arguments or options: %s" },
  "Not enough non-option arguments: got %s, need at least %s": {
    one: "A file, folder or name is missing: got %s, need %s.",
    other: "Files, folders or names are missing: got %s, need %s.",
  },
  "Not enough arguments following: %s": "--%s: its value is missing",
  "Missing required argument: %s": { one: "Missing option: --%s", other: "Missing options: %s" },
};
