import { defineConfig } from "vite";

// One file with a fixed name: the API serves it with an ETag.
export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    target: "es2022",
    emptyOutDir: true,
    rollupOptions: { input: "main.ts", output: { entryFileNames: "page.js", chunkFileNames: "[name].js" } },
  },
});
