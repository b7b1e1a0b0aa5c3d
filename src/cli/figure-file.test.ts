import { describe, expect, it } from "vitest";
import { checkFigureFile } from "./figure-file.js";

describe("the file of a figure", () => {
  it.each([
    ["mi.png", "got .png. Say --figure mi.svg"],
    ["a.b/fig.PDF", "got .pdf. Say --figure a.b/fig.svg"],
    ["figure", "got none. Say --figure figure.svg"],
  ])("%s is refused before anything is computed", async (file, says) => {
    await expect(checkFigureFile(file)).rejects.toThrow(says);
  });

  it("ends in .svg, in any case, or is a device", async () => {
    for (const file of ["mi.svg", "mi.SVG", "/dev/stdout"])
      await expect(checkFigureFile(file)).resolves.toBeUndefined();
  });

  it("must not be the table that is read", async () => {
    const here = new URL(import.meta.url).pathname;
    await expect(checkFigureFile(here, [here])).rejects.toThrow("figures are written as SVG");
  });
});
