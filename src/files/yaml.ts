import { Document, visit } from "yaml";
import { escapedYaml, shown } from "../shown.js";

/** A value as a YAML document; what a terminal must not be given stands in it as escapes of quoted texts. */
export function yamlText(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && shown(node.value) !== node.value) node.type = "QUOTE_DOUBLE";
    },
  });
  return escapedYaml(document.toString());
}
