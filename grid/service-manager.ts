import { spawn } from "node:child_process";

/**
 * Tells systemd that the grid is up, and then three times per `WatchdogSec` that this process still works. Does nothing if
 * systemd did not start this process. The unit needs `NotifyAccess=all`.
 */
export function tellServiceManager(env: NodeJS.ProcessEnv): void {
  if (!env["NOTIFY_SOCKET"]) return;
  const tell = (state: string) =>
    spawn("systemd-notify", [state], { env, stdio: "ignore" }).on("error", () => undefined);
  tell("READY=1");
  const everyMs = Number(env["WATCHDOG_USEC"] ?? 0) / 1_000 / 3;
  if (everyMs > 0) setInterval(() => tell("WATCHDOG=1"), everyMs).unref();
}
