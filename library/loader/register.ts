import { register } from "node:module";

// Given to the command `node` of tests (bin/node), so that TypeScript runs with nothing installed in the source.
register("./hooks.js", import.meta.url);
