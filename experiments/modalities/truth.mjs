/* Atoms of a target that is a function of two digits, exactly, from how often each pair of digits is dealt. */
import { classTables, entropyBits, tableInformation } from "../../dist/pid/discrete/class-tables.js";
import { discreteUnion } from "../../dist/pid/discrete/union-discrete.js";

/**
 * Shannon information in bits, divided as pidreg divides that about classes (union information of Bertschinger et al. 2014).
 * @param rows { written, spoken, y } of the pairs; digits are independent of each other unless `same`
 */
export function trueAtoms(rows, target, same) {
  const [written, spoken] = ["written", "spoken"].map((name) => sharesOf(rows.map((row) => row[name])));
  const pairs = same
    ? written.map((p, digit) => [digit, digit, p])
    : written.flatMap((p, a) => spoken.map((q, b) => [a, b, p * q]));
  const values = [...new Set(pairs.map(([a, b]) => target(a, b)))];
  const tables = [0, 1].map(() => new Float64Array(values.length * 10));
  for (const [a, b, p] of pairs) {
    const y = values.indexOf(target(a, b));
    tables[0][10 * y + a] += p;
    tables[1][10 * y + b] += p;
  }
  return divided(tables, values.length);
}

/** The same of the pairs of some rows as they were drawn: what is found of so few rows by who knows both digits exactly. */
export function countedAtoms(rows, target) {
  const values = [...new Set(rows.map(({ written, spoken }) => target(written, spoken)))];
  const tables = ["written", "spoken"].map((name) => {
    const table = new Float64Array(values.length * 10);
    for (const row of rows) table[10 * values.indexOf(target(row.written, row.spoken)) + row[name]] += 1 / rows.length;
    return table;
  });
  return divided(tables, values.length);
}

/** @param tables of the value and the written, and the value and the spoken digit */
function divided(tables, classes) {
  const joint = classTables(tables, classes);
  // a function of both digits: who knows them knows it
  const total = entropyBits(joint.shares);
  const alone = joint.tables.map((table) => tableInformation(table, joint.shares));
  const { bits: union } = discreteUnion(joint);
  return {
    information: { total, byModality: { picture: alone[0], sound: alone[1] } },
    atoms: {
      redundancy: alone[0] + alone[1] - union,
      unique: { picture: union - alone[1], sound: union - alone[0] },
      synergy: total - union,
    },
  };
}

/** Shares of the ten digits. */
function sharesOf(digits) {
  return Array.from({ length: 10 }, (_, digit) => digits.filter((d) => d === digit).length / digits.length);
}
