// npm run pack-client: packs the client and the command for machines that have no grid. Prints the file.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { installPackages } from "./packages.mjs";
import { orExplain } from "./setup.mjs";
import { oldestNode, root, run, step } from "./steps.mjs";

const folder = join(root, "dist.client");

await orExplain(async () => {
  await step("packages", installPackages);
  await step("build", build);
  await step("client", packClient);
  process.stdout.write(`${join(folder, fileName())}\n`);
});

function fileName() {
  return `holdfast-client-${own().version}.tgz`;
}

/** @returns {{ version: string; license: string; dependencies: Record<string, string> }} */
function own() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

async function packClient() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { build: bundle } = await import("vite");
  const input = { holdfast: join(root, "dist/cli/client-main.js"), client: join(root, "dist/client/index.js") };
  await bundle({
    root,
    configFile: false,
    logLevel: "warn",
    ssr: { noExternal: true },
    build: { ssr: true, outDir: folder, emptyOutDir: false, target: "node20", rollupOptions: { input } },
  });
  const types = ["--emitDeclarationOnly", "--declaration", "--noEmit", "false", "--outDir", join(folder, "types")];
  await run("node", ["node_modules/@typescript/native/bin/tsc", "-p", "client/tsconfig.json", ...types]);
  const { version, license, dependencies } = own();
  const manifest = {
    name: "holdfast-client",
    version,
    license,
    description: "Client and command of Holdfast, a testgrid",
    type: "module",
    bin: { holdfast: "./holdfast.js" },
    exports: { ".": { types: "./types/client/index.d.ts", default: "./client.js" } },
    // The client needs only its types.
    dependencies: { zod: dependencies["zod"] },
    engines: { node: `>=${oldestNode}` },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const command = join(folder, "holdfast.js");
  writeFileSync(command, `#!/usr/bin/env node\n${readFileSync(command, "utf8")}`, { mode: 0o755 });
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: folder });
}
