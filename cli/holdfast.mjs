#!/usr/bin/env node
// The command `holdfast`. `npm start` or `npm run setup` builds what it needs. The doctor needs no build.
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (process.argv[2] === "doctor") {
  await import("../grid/setup/doctor.mjs");
} else if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("holdfast is not built yet: run `npm run setup` in its folder first\n");
  process.exitCode = 69;
}
