import { presets, qualities } from "./presets.js";
import { type ConfigKey, type ConfigSection, configSections } from "./reference.js";

const introduction = `# Configuration

Every key of a run config. Only \`name\`, \`data.target\`, \`data.modalities\` and the file(s) must be given; everything else
has a default. Unknown keys and impossible combinations are refused with a message that names the path.

\`pidreg train config.yaml --set path.to.key=value\` changes a key for one run; \`--set\` may be given several times, and the
value is read as YAML: \`--set model.encoder.hidden=[64,32]\`. The config with every default filled in is written into the
run folder. \`auto\` values depend on the number of training rows: below 5000 / 5000 and more.
Large tables are those of 5000 training rows and more whose modalities are all tables, with a schedule of the learning rate that
falls to 0 (\`cosine\`, \`coslog4\`).

This page is made from the schema by \`npm run docs\`.
`;

/** docs/configuration.md: every key of the config by section, and the presets, read from the schema. */
export function configMarkdown(): string {
  const sections = configSections().map(sectionText);
  return `${[introduction, ...sections, presetsText()].join("\n")}`;
}

function sectionText({ path, kind, description, keys }: ConfigSection): string {
  const title = path === "" ? "## The run" : `## ${path}${kind === undefined ? "" : ` (kind: ${kind})`}`;
  const text = description === "" ? "" : `${sentence(description)}\n\n`;
  const rows = keys.map((key) => keyRow(key, path));
  return `${title}\n\n${text}| key | value | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function keyRow({ path, type, default: fallback, required, description }: ConfigKey, section: string): string {
  const key = section === "" ? path : path.slice(section.length + 1);
  const value = required ? "required" : fallback === null ? "" : code(fallback);
  return `| ${[code(key), type, value, description].map(cell).join(" | ")} |`;
}

function presetsText(): string {
  const blocks = Object.entries(presets).map(
    ([name, values]) => `### ${name}\n\n\`\`\`yaml\n${yamlLines(values, 0).join("\n")}\n\`\`\`\n`,
  );
  return `## Presets\n\nA preset sets other values to start from; keys of the config itself win.\n\n${blocks.join("\n")}\n${qualitiesText()}`;
}

function qualitiesText(): string {
  const blocks = Object.entries(qualities).flatMap(([name, values]) =>
    Object.keys(values).length === 0 ? [] : [`### ${name}\n\n\`\`\`yaml\n${yamlLines(values, 0).join("\n")}\n\`\`\`\n`],
  );
  return (
    "## Qualities\n\n`quality`, and `--quality` of train, set values to start from too; a preset, and keys of the config itself, win. " +
    `What was set stands in the run's config.yaml.\n\n${blocks.join("\n")}`
  );
}

/** A mapping of mappings and plain values as YAML. */
function yamlLines(values: object, depth: number): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const indent = "  ".repeat(depth);
    if (typeof value !== "object" || Array.isArray(value)) return [`${indent}${key}: ${plain(value)}`];
    return [`${indent}${key}:`, ...yamlLines(value, depth + 1)];
  });
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll(",", ", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function sentence(text: string): string {
  const capital = text[0].toUpperCase() + text.slice(1);
  return capital.endsWith(".") ? capital : `${capital}.`;
}
