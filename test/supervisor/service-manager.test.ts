import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@jest/globals";
import { tellServiceManager } from "../../grid/service-manager.js";
import { eventually } from "../support/eventually.js";

test("systemd is notified that the grid is up, and then that it works", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-systemd-"));
  // Replaces systemd's own command, which needs a socket of systemd.
  writeFileSync(join(folder, "systemd-notify"), `#!/bin/sh\necho "$1" >> ${folder}/told\n`, { mode: 0o755 });
  tellServiceManager({ PATH: `${folder}:${process.env["PATH"]}`, NOTIFY_SOCKET: "/run/x", WATCHDOG_USEC: "300000" });
  await eventually("both notifications", async () => {
    const told = readFileSync(join(folder, "told"), "utf8");
    return told.includes("READY=1") && told.includes("WATCHDOG=1") ? true : undefined;
  });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});
