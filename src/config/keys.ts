import { InputError } from "../errors.js";

/** Names that JavaScript objects inherit: never allowed as a key that a user chooses (modality names and the like). */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype).concat("prototype"));

/** True if `key` names something that every object inherits (`__proto__`, `constructor`, `toString`, ..). */
export function isInheritedName(key: string): boolean {
  return inherited.has(key);
}

/** Levels of a document; a real one has five. A YAML alias of what it stands in has no end. */
const deepest = 32;

/**
 * Refuses a parsed YAML or JSON document that carries an inherited name as a key at any depth; such keys could
 * otherwise vanish in validation instead of being reported as unknown. Refuses a document that contains itself too.
 * @param what the document, for the message: "config run.yaml"
 * @throws InputError with the path of the key
 */
export function assertSafeKeys(document: unknown, what: string, path = "", depth = 0): void {
  if (typeof document !== "object" || document === null) return;
  if (depth > deepest) {
    const start = path.split(".").slice(0, 3).join(".");
    throw new InputError(`${what}: "${start}" is nested more than ${deepest} levels deep, or contains itself.`);
  }
  for (const key of Object.keys(document)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (!Array.isArray(document) && isInheritedName(key)) {
      throw new InputError(`${what}: key "${at}" is a reserved name of JavaScript objects; choose another name.`);
    }
    assertSafeKeys((document as Record<string, unknown>)[key], what, at, depth + 1);
  }
}
