import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { routesDocument } from "../../api/contract/routes-document.js";
import { failuresDocument } from "../../domain/failures/failures-document.js";
import { catalog } from "../../domain/failures/failures.js";
import { packageRoot } from "../../grid/package-root.js";

test("the documentation's catalogue of failures is the code's; `npm run docs` writes it", () => {
  expect(readFileSync(join(packageRoot, "docs/failures.md"), "utf8")).toBe(failuresDocument());
});

test("the documentation's table of routes is the code's; `npm run docs` writes it", () => {
  expect(readFileSync(join(packageRoot, "docs/api.md"), "utf8")).toBe(routesDocument());
});

test("every failure says who is to blame, by its name and by its word, and what it means", () => {
  const prefixes = { code: ["code"], infrastructure: ["infra", "admin"], user: ["user"], unknown: ["unknown"] };
  expect(catalog().length).toBeGreaterThan(20);
  for (const { identifier, blame, help } of catalog()) {
    expect({ identifier, fits: prefixes[blame].includes(identifier.split("/")[0]!) }).toEqual({
      identifier,
      fits: true,
    });
    expect(help).toMatch(/^[A-Z].{10,}\.$/);
    expect(failuresDocument()).toContain(`| \`${identifier}\` | ${help} |`);
  }
});
