import { register } from "node:module";

// Given to tests by NODE_OPTIONS, so that TypeScript runs on every Node with nothing installed in the source.
register("./hooks.js", import.meta.url);
