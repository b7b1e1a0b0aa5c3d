import { expect, it } from "vitest";
import { sha256 } from "./checksum.js";
import { checkDigest, digestedJson } from "./digested-json.js";

const value = { name: "ü", list: [1.5, null], nested: { digest: "of something else" } };

it.each(["compact", "indented"] as const)("%s: is the object and, last, the digest of the text before it", (style) => {
  const text = digestedJson(value, "x", style);
  const { digest, ...rest } = JSON.parse(text);
  expect(rest).toEqual(value);
  expect(digest).toBe(sha256(text.slice(0, text.lastIndexOf(",")).trimEnd()));
  expect(checkDigest(Buffer.from(text))).toBe("fits");
});

it.each(["compact", "indented"] as const)("%s: no flipped bit fits", (style) => {
  const bytes = Buffer.from(digestedJson(value, "x", style));
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << bit;
      expect(checkDigest(flipped), `byte ${at}, bit ${bit}`).not.toBe("fits");
    }
  }
});

it("tells a document that never had a digest from one whose digest does not fit", () => {
  expect(checkDigest(Buffer.from(JSON.stringify(value)))).toBe("none");
  expect(checkDigest(Buffer.from('{"a":1,"digest":"00"}\n'))).toBe("differs");
});

it("is not deceived by bytes that are decoded into the same text", () => {
  const bytes = Buffer.from(digestedJson({ name: "\ufffd" }, "x"), "utf8");
  const at = bytes.indexOf(0xef);
  const invalid = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
  expect(invalid.toString("utf8")).toBe(bytes.toString("utf8"));
  expect(checkDigest(invalid)).toBe("differs");
});
