// Writes docs/configuration.md from the config schema. Run with `npm run docs`.
import { writeFileSync } from "node:fs";
import { configMarkdown } from "../dist/config/reference-markdown.js";

writeFileSync(new URL("../docs/configuration.md", import.meta.url), configMarkdown());
