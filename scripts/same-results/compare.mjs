// Holds two recordings against each other.
import { differences } from "./machine.mjs";

/**
 * Compares what was recorded before with what is found now; places that are new are told, not faulted.
 * @returns {{ exact: boolean, machine: string[], faults: string[], added: string[] }} `exact`: digests were compared,
 *   because the machines are alike; else the leading numbers alone, within the tolerance of their case
 */
export function compare(before, now) {
  const machine = differences(before.machine, now.machine);
  const exact = machine.length === 0;
  const faults = [];
  const added = [];
  for (const [name, places] of Object.entries(before.cases)) {
    const found = now.cases[name];
    if (found === undefined) {
      faults.push(`${name}: was not run`);
      continue;
    }
    const tolerance = exact ? 0 : before.tolerances[name];
    for (const [place, kept] of Object.entries(places)) {
      const fault = found[place] === undefined ? "is no longer there" : difference(kept, found[place], tolerance);
      if (fault !== undefined) faults.push(`${name}: ${place}: ${fault}`);
    }
    added.push(...Object.keys(found).flatMap((place) => (place in places ? [] : [`${name}: ${place}`])));
  }
  return { exact, machine, faults, added };
}

/** What differs first between two lists of values, each behind its digest; undefined if nothing does. */
function difference([digest, ...values], [digestNow, ...valuesNow], tolerance) {
  if (digest === digestNow) return undefined;
  for (let i = 0; i < Math.min(values.length, valuesNow.length); i++) {
    if (!near(values[i], valuesNow[i], tolerance)) return `value ${i + 1} was ${values[i]}, is ${valuesNow[i]}`;
  }
  return tolerance > 0 ? undefined : "values behind those recorded differ, or their number";
}

function near(one, other, tolerance) {
  const distance = Math.abs(Number(one) - Number(other));
  return one === other || (tolerance > 0 && distance <= tolerance * Math.max(1, Math.abs(Number(one))));
}
