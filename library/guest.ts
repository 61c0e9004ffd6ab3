import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { freePort } from "./free-port.js";
import { needsCommand } from "./machine-parts.js";
import { sshBannerAt, waitFor } from "./services.js";

/** A running virtual machine. */
export interface Guest {
  /** The address of its SSH server, `127.0.0.1:<port>`. */
  ssh: string;
  /** The file with its console output. List it in `artifacts` to keep it. */
  console: string;
  /** Ends it like a power cut. Its disk image is unchanged. */
  stop(): Promise<void>;
}

export interface GuestOptions {
  /** The file for its console; `guest-console.log` in the working folder if left out. */
  console?: string;
  /** The memory, in the format of QEMU's -m. */
  memory?: string;
  /** How long it may take until its SSH server answers. */
  timeoutMs?: number;
  /** More arguments for QEMU. */
  args?: readonly string[];
}

/**
 * Starts a virtual machine from a disk image, and waits for its SSH server. Its writes to the disk are discarded. It uses
 * KVM if the machine has it.
 * @requires command:qemu-system-x86_64
 * @throws InfrastructureError if QEMU is not installed; Error if the guest ends, or does not answer in time
 */
export async function startGuest(
  image: string,
  { console = "guest-console.log", memory = "1G", timeoutMs = 300_000, args = [] }: GuestOptions = {},
): Promise<Guest> {
  const file = resolve(console);
  const port = await freePort();
  const guest = spawn(
    needsCommand("qemu-system-x86_64"),
    [
      "-m",
      memory,
      "-display",
      "none",
      "-accel",
      "kvm",
      "-accel",
      "tcg",
      "-snapshot",
      "-drive",
      `file=${image},if=virtio`,
      "-netdev",
      `user,id=net0,hostfwd=tcp:127.0.0.1:${port}-:22`,
      "-device",
      "virtio-net-pci,netdev=net0",
      "-serial",
      `file:${file}`,
      ...args,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  guest.stderr.on("data", (data: Buffer) => (said += data.toString("utf8")));
  guest.once("error", (error) => (said += error.message));
  const stop = () => end(guest);
  try {
    await waitFor(
      async () => {
        if (guest.exitCode !== null || guest.signalCode !== null)
          throw new Error(`the guest ended: ${said.trim() || lastLines(file)}`);
        return sshBannerAt("127.0.0.1", port, 5_000).catch(() => undefined);
      },
      { timeoutMs, everyMs: 1_000, what: "the guest's SSH server" },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { ssh: `127.0.0.1:${port}`, console: file, stop };
}

async function end(guest: ChildProcess): Promise<void> {
  if (guest.pid === undefined || guest.exitCode !== null || guest.signalCode !== null) return;
  const ended = once(guest, "exit");
  guest.kill("SIGKILL");
  await ended;
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n");
  } catch {
    return "it printed nothing";
  }
}
