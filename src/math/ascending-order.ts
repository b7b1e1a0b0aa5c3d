const byte = 256;
/** Bytes of a double. */
const passes = 8;
/** Places of the lower and the upper half of a double. */
const [low, high] = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];

/** Room for the keys of the last number of rows; columns of a table mostly have as many. */
let room = roomFor(0);

/**
 * Places of the numbers in ascending order, equal ones in the order given; NaN is left out. A radix sort by the bytes of the numbers:
 * no comparisons, and bytes that all have in common cost nothing.
 * @param values [n]
 * @returns [numbers that are not NaN]
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  if (room.doubles.length < values.length) room = roomFor(values.length);
  const { doubles, words, counts } = room;
  let n = 0;
  let [order, next] = [room.order, room.next];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    doubles[n] = value;
    order[n++] = i;
  }
  counts.fill(0);
  const { lower, upper } = room;
  for (let i = 0; i < n; i++) {
    // As unsigned integers, negative numbers with all bits turned round and others with the sign set are in their order.
    const sign = words[2 * i + high] >> 31;
    const low32 = words[2 * i + low] ^ sign;
    const high32 = words[2 * i + high] ^ (sign | 0x80000000);
    lower[order[i]] = low32;
    upper[order[i]] = high32;
    counts[low32 & 255]++;
    counts[256 + ((low32 >>> 8) & 255)]++;
    counts[512 + ((low32 >>> 16) & 255)]++;
    counts[768 + (low32 >>> 24)]++;
    counts[1024 + (high32 & 255)]++;
    counts[1280 + ((high32 >>> 8) & 255)]++;
    counts[1536 + ((high32 >>> 16) & 255)]++;
    counts[1792 + (high32 >>> 24)]++;
  }
  for (let pass = 0; pass < passes; pass++) {
    const count = counts.subarray(pass * byte, (pass + 1) * byte);
    if (!startsOf(count, n)) continue;
    const keys = pass < 4 ? lower : upper;
    const shift = 8 * (pass % 4);
    for (let i = 0; i < n; i++) {
      const place = order[i];
      next[count[(keys[place] >>> shift) & 255]++] = place;
    }
    [order, next] = [next, order];
  }
  return order.slice(0, n);
}

/** Counts become first places. @returns whether the keys differ */
function startsOf(count: Uint32Array, n: number): boolean {
  let at = 0;
  for (let key = 0; key < byte; key++) {
    const here = count[key];
    if (here === n) return false;
    count[key] = at;
    at += here;
  }
  return true;
}

function roomFor(n: number) {
  const doubles = new Float64Array(n);
  return {
    ...{ doubles, words: new Int32Array(doubles.buffer), counts: new Uint32Array(passes * byte) },
    ...{ order: new Uint32Array(n), next: new Uint32Array(n), lower: new Int32Array(n), upper: new Int32Array(n) },
  };
}
