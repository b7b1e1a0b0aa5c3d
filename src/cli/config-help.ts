import { configKeys } from "../config/reference.js";

/** Every config key with its default, for `--help`. */
export function configHelp(): string {
  const lines = configKeys().map(({ path, type, default: fallback, required, description }) => {
    const value = required ? `${type}; required` : fallback === null ? type : `${type}; default ${fallback}`;
    return `  ${path} (${value})${description === "" ? "" : `\n      ${description}`}`;
  });
  return `Config keys (see also docs/configuration.md):\n${lines.join("\n")}`;
}
