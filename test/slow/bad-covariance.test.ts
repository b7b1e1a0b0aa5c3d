import { describe, it } from "vitest";
import { refuses, write } from "../support/refusals.js";

describe.concurrent("a covariance", () => {
  const good = [
    [4, 1, 1],
    [1, 1, 0],
    [1, 0, 1],
  ];
  it.each<[string, unknown, string | RegExp]>([
    ["is no JSON", "{", "not valid JSON"],
    ["is a list", [], "cov"],
    ["is empty", { cov: [], dm: 1, dims: [1, 1] }, "cov"],
    [
      "is not square",
      {
        cov: [
          [4, 1, 1],
          [1, 1],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /not square.*row 1 has 2 entries/,
    ],
    [
      "is not symmetric",
      {
        cov: [
          [4, 1, 1],
          [1, 1, 0],
          [1, 0.5, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /symmetric/,
    ],
    [
      "is not positive semidefinite",
      {
        cov: [
          [1, 2, 1],
          [2, 1, 0],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /semidefinite|definite/,
    ],
    [
      "has a negative variance",
      {
        cov: [
          [4, 1, 1],
          [1, -1, 0],
          [1, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /definite|variance/,
    ],
    [
      "has null entries",
      {
        cov: [
          [4, 1, null],
          [1, 1, 0],
          [null, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      "row 0, column 2",
    ],
    [
      "has text entries",
      {
        cov: [
          [4, 1, "x"],
          [1, 1, 0],
          ["x", 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      "row 0, column 2",
    ],
    [
      "has a target without variance",
      {
        cov: [
          [0, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        dm: 1,
        dims: [1, 1],
      },
      /target|variance/,
    ],
    ["has too few variables", { cov: good, dm: 1, dims: [1, 2] }, "make 4 variables"],
    ["has one modality", { cov: good, dm: 1, dims: [2] }, "dims"],
    ["has dims of 0", { cov: good, dm: 2, dims: [0, 1] }, "dims"],
    ["lacks dims", { cov: good, dm: 1 }, "dims"],
    ["has too few rows", { cov: good, dm: 1, dims: [1, 1], n: 1 }, '"n"'],
    ["has half a row", { cov: good, dm: 1, dims: [1, 1], n: 10.5 }, '"n"'],
  ])("that %s", async (what, document, part) => {
    const name = `config-${what.replaceAll(" ", "-")}.json`;
    await write(name, typeof document === "string" ? document : JSON.stringify(document));
    await refuses(["decompose", "--covariance", name], part);
  });

  it("that is not there", () =>
    refuses(["decompose", "--covariance", "nowhere.json"], "nowhere.json: there is no such file"));
  it("beside a table", () => refuses(["decompose", "--covariance", "c.json", "--data", "good.csv"], "--data"));
});
