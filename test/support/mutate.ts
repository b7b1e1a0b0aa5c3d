import type { Rng } from "../../src/math/rng.js";

const tokens = [
  ...[
    "",
    "0",
    "-0",
    "1e999",
    "-1e308",
    "1e-320",
    "NaN",
    "Infinity",
    "null",
    "true",
    "{}",
    "[]",
    "[[[[",
    '"',
    "'",
    "\n",
  ],
  ...[
    "\r",
    "\t",
    ",",
    ";",
    ":",
    "#",
    "&a",
    "*a",
    "!!js/function",
    "<<",
    "---",
    "%",
    "\u0000",
    "\ufeff",
    "\u202e",
    "🧠",
  ],
  ...['"__proto__":{"x":1},', "constructor", "../../../../etc/passwd", "'; DROP TABLE t; --", "9007199254740993"],
  ...["1152921504606846976", "-1", "99999999999999999999", "0x10", "1_000", "1,5", "\\u0000", "?", "|", ">", "~"],
];

/** A copy of `bytes` with one to four faults: flipped, cut, doubled, moved or foreign parts. */
export function mutateBytes(bytes: Buffer, rng: Rng): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let times = 1 + rng.integer(4); times > 0; times--) result = mutateOnce(result, rng);
  return result;
}

function mutateOnce(bytes: Buffer, rng: Rng): Buffer {
  if (bytes.length === 0) return Buffer.from(pick(tokens, rng));
  const at = rng.integer(bytes.length);
  const end = Math.min(bytes.length, at + 1 + rng.integer(rng.uniform() < 0.5 ? 8 : bytes.length));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (rng.integer(8)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, part, part, after]);
    case 3:
      return Buffer.concat([before, after, part]);
    case 4:
    case 5:
      return Buffer.concat([before, Buffer.from(pick(tokens, rng)), bytes.subarray(rng.uniform() < 0.5 ? at : end)]);
    case 6:
      return Buffer.concat([before, Buffer.from([rng.integer(256)]), bytes.subarray(at + 1)]);
    default: {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << rng.integer(8);
      return flipped;
    }
  }
}

const values = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    1e-320,
    2 ** 31,
    2 ** 53,
    2 ** 60,
    "",
    "a",
    "auto",
    "../../x",
    "🧠",
  ],
  ...[
    "x".repeat(10_000),
    [],
    {},
    [[]],
    [null],
    [1, 2, 3],
    { a: 1 },
    JSON.parse('{"__proto__": {"a": 1}}'),
    "__proto__",
  ],
];

/** A copy of a JSON document in which one or two places hold another value, are missing or are there twice. */
export function mutateJson(document: unknown, rng: Rng): unknown {
  const copy = structuredClone(document);
  for (let times = 1 + rng.integer(2); times > 0; times--) {
    const places = placesOf(copy);
    if (places.length > 0) alter(pick(places, rng), rng, places);
  }
  return copy;
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function alter({ holder, key }: Place, rng: Rng, places: readonly Place[]): void {
  const target = holder as Record<string, unknown>;
  const kind = rng.integer(6);
  if (kind === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete target[key];
  } else if (kind === 1) target[`${key}${rng.integer(10)}`] = pick(values, rng);
  else if (kind === 2) {
    const other = pick(places, rng);
    target[key] = structuredClone((other.holder as Record<string, unknown>)[other.key]);
  } else if (kind === 3 && typeof target[key] === "number")
    target[key] = -(target[key] as number) * 10 ** rng.integer(30);
  else target[key] = structuredClone(pick(values, rng));
}

function placesOf(node: unknown): Place[] {
  if (typeof node !== "object" || node === null) return [];
  const holder = node as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

function pick<T>(list: readonly T[], rng: Rng): T {
  return list[rng.integer(list.length)];
}
