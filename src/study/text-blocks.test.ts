import { expect, it } from "vitest";
import { markdownText, paragraph, table } from "./text-blocks.js";

it("names open no HTML and no cell in Markdown, and signs of less stay", () => {
  const text = markdownText([
    ...paragraph('RMSE of y|<img src=x onerror="a()">, p < 0.05'),
    { kind: "list", items: ["</script>"] },
    table([
      ["y|<b>z", "RMSE"],
      ["a|b", "1"],
    ]),
  ]);
  expect(text).toContain('RMSE of y|\\<img src=x onerror="a()">, p < 0.05');
  expect(text).toContain("- \\</script>");
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  for (const row of rows) expect(row.replaceAll("\\|", "").match(/\|/g)).toHaveLength(3);
  expect(text).not.toMatch(/(?<!\\)<[a-z/]/);
});
