import { type Document, isScalar, LineCounter, type ParsedNode, parseDocument, visit } from "yaml";
import { InputError } from "../errors.js";

/** Tags that name what a plain value may be; every other one asks for a type that configs do not have. */
const tags: readonly string[] = [
  "!",
  ...["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
];

/** Aliases may repeat this many nodes: a document of a few lines could ask for more than any memory holds. */
const maxAliasCount = 100;

/**
 * The value of a YAML 1.2 document of plain mappings, lists and scalars. What another reader could take for something
 * else is refused: unknown tags and directives, merge keys, keys that are one key in the end, aliases without end.
 * @param what the document, for the message: "run.yaml", "--set name=x"
 * @throws InputError with line and column
 */
export function parseYaml(text: string, what: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    prettyErrors: true,
    logLevel: "error",
    lineCounter: lines,
    uniqueKeys: (a, b) => isScalar(a) && isScalar(b) && keyOf(a.value) === keyOf(b.value),
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    // The first line names the place; an excerpt of the document would follow.
    const [first] = problem.message.split("\n");
    throw new InputError(`${what}: not valid YAML: ${first.replace(/:$/, "")}`);
  }
  refuseUnusual(document, (offset, told) => {
    const { line, col } = lines.linePos(offset);
    return new InputError(`${what}: line ${line}, column ${col}: ${told}`);
  });
  try {
    return document.toJS({ maxAliasCount });
  } catch (error) {
    throw new InputError(`${what}: not usable as YAML: ${(error as Error).message}`);
  }
}

/** What a key becomes as a key of a JavaScript object, where `1` and `"1"` are one. */
function keyOf(value: unknown): string {
  return value === null ? "" : String(value);
}

function refuseUnusual(document: Document<ParsedNode>, refuse: (offset: number, told: string) => InputError): void {
  if (document.directives?.yaml.version !== "1.2") {
    throw refuse(0, "this is YAML 1.2, where `no` and `on` are text; remove the %YAML line");
  }
  visit(document, {
    Node(_, node) {
      if (!("tag" in node) || node.tag === undefined || tags.includes(node.tag)) return;
      throw refuse(node.range?.[0] ?? 0, `the tag ${node.tag} asks for a type that configs do not have; remove it`);
    },
    Pair(_, { key }) {
      const offset = (key as ParsedNode).range?.[0] ?? 0;
      if (!isScalar(key)) throw refuse(offset, "a key must be a name, not a list, a mapping or an alias");
      if (key.value === "<<") throw refuse(offset, "merge keys (<<) are not read; write the keys out");
    },
  });
}
