// npm run docs: writes the pages of the documentation that are made from the code.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { orExplain } from "./setup.mjs";
import { root, step } from "./steps.mjs";

await orExplain(async () => {
  await step("build", build);
  const { failuresDocument } = await import(join(root, "dist/domain/failures/failures-document.js"));
  const { routesDocument } = await import(join(root, "dist/api/contract/routes-document.js"));
  writeFileSync(join(root, "docs/failures.md"), failuresDocument());
  writeFileSync(join(root, "docs/api.md"), routesDocument());
  return 0;
});
