import { register } from "node:module";

// The command `node` of tests (bin/node) loads this file, so TypeScript runs without an installation in the source.
register("./hooks.js", import.meta.url);
