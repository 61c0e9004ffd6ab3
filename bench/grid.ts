import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGridClient, type GridClient } from "../client/grid-client.js";
import { createRequests } from "../client/requests.js";
import { type Endpoints, readEndpoints } from "../grid/endpoints.js";
import { packageRoot } from "../grid/package-root.js";
import { assignPorts } from "../grid/ports.js";

/** A grid of its own for one benchmark. */
export interface BenchGrid {
  endpoints: Endpoints;
  client: GridClient;
  /** Uploads a source that consists of this suite file alone. */
  upload(suite: string): Promise<string>;
  stop(): Promise<void>;
}

/** Brings a fresh, empty grid up. @throws Error with its last words if it does not come up */
export async function startBenchGrid(gridFile: string): Promise<BenchGrid> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  writeFileSync(join(folder, "grid.yaml"), gridFile);
  const { api: port } = await assignPorts(folder, ["api"]);
  const data = join(folder, "data");
  const { HOLDFAST_URL: _url, HOLDFAST_TOKEN: _token, ...env } = process.env;
  const grid = spawn(
    process.execPath,
    [
      join(packageRoot, "cli/holdfast.mjs"),
      "up",
      "--grid",
      join(folder, "grid.yaml"),
      "--data",
      data,
      "--port",
      String(port),
      "--empty",
    ],
    { env, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  grid.stderr.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
  while (readEndpoints(data) === undefined) {
    if (grid.exitCode !== null) throw new Error(`the grid did not come up:\n${said}`);
    await sleep(100);
  }
  const endpoints = readEndpoints(data)!;
  const token = readFileSync(join(data, "token"), "utf8").trim();
  const client = createGridClient(createRequests(endpoints.api, token, { timeoutMs: 60_000, patienceMs: 0 }));
  return {
    endpoints,
    client,
    async upload(suite) {
      const { packFolder } = await import("../source/pack.js");
      const source = mkdtempSync(join(folder, "source-"));
      writeFileSync(join(source, "holdfast.yaml"), suite);
      return client.upload(await packFolder(source));
    },
    async stop() {
      const ended = new Promise((resolve) => grid.once("exit", resolve));
      grid.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
