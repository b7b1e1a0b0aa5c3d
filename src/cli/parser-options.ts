/**
 * How every command line is parsed: an option is called by the name it was given and by no other, so `--no-NAME` is one only
 * where a command has it.
 */
export const parserOptions = {
  "boolean-negation": false,
  "dot-notation": false,
  "camel-case-expansion": false,
} as const;
