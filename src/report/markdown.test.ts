import { expect, it } from "vitest";
import { html, table } from "./html.js";
import { escapeMarkdown, toMarkdown } from "./markdown.js";

const hostile = "<script>alert(1)</script> **bold** [x](http://y) | `code` \u202e";

it("text of data stays text", () => {
  for (const markdown of [escapeMarkdown(hostile), toMarkdown(html`<p>${hostile}</p>`)]) {
    expect(markdown).not.toMatch(/<script|(?<!\\)\*\*|(?<!\\)\[x|(?<!\\)`/);
    expect(markdown).toContain("&lt;script&gt;");
    expect(markdown).toContain("\\\\u202e");
  }
});

it("a table is one, whatever stands in its cells", () => {
  const markdown = toMarkdown(
    table(
      [
        ["name", "text"],
        ["bits", "number"],
      ],
      [
        ["a|b", "0.10"],
        ["c\nd", "0.20"],
      ],
    ),
  );
  const lines = markdown.split("\n").map((line) => line.replace(/ +/g, " "));
  expect(lines).toEqual([
    "| name | bits |",
    "| --- | --- |",
    "| a\\|b | 0.10 |",
    expect.stringMatching(/^\| c.*d \| 0\.20 \|$/),
  ]);
});

it("a listing is fenced, and cannot end its fence", () => {
  expect(toMarkdown(html`<pre>name: x\n\`\`\`\na_*: 1</pre>`)).toBe("````\nname: x\n```\na_*: 1\n````");
});
