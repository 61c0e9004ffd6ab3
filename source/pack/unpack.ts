import { spawn } from "node:child_process";
import { mkdir, readdir, readlink, realpath } from "node:fs/promises";
import { linkProblem } from "./link.js";

/** The time limit for unpacking. */
const patienceMs = 10 * 60_000;

/** Messages of tar on a machine that cannot store the files, with the system's error codes. */
const troubles: [RegExp, string][] = [
  [/No space left on device/, "ENOSPC"],
  [/Disk quota exceeded/, "EDQUOT"],
  [/Read-only file system/, "EROFS"],
  [/Input\/output error/, "EIO"],
  [/Permission denied|Operation not permitted/, "EACCES"],
  [/Cannot allocate memory/, "ENOMEM"],
];

/** A source could not be unpacked. `code` is the system's error code if the machine is to blame. */
export class UnpackError extends Error {
  override name = "UnpackError";
  readonly code: string | undefined;
  constructor(said: string) {
    super(`tar cannot unpack the source: ${said.trim()}`);
    this.code = troubles.find(([sign]) => sign.test(said))?.[1];
  }
}

/**
 * Unpacks a checked source into a folder, which is created if it does not exist. Uses the system's tar, because it keeps names
 * that are not UTF-8, does not write through links, and can be killed.
 */
export async function unpack(content: Uint8Array, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = [
    "--extract",
    "--gzip",
    "--file=-",
    "--no-same-owner",
    "--no-same-permissions",
    "--warning=no-timestamp",
  ];
  const child = spawn("tar", args, {
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
    timeout: patienceMs,
  });
  child.stdin.on("error", () => undefined).end(content);
  let errors = "";
  child.stderr.on("data", (piece: Buffer) => (errors = (errors + piece.toString("utf8")).slice(0, 500)));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new UnpackError(errors);
  // tar understands records that `checkPacked` does not know, so links are checked again.
  const root = Buffer.from(await realpath(folder));
  await assertLinksStayInside(root, root);
}

async function assertLinksStayInside(root: Buffer, folder: Buffer): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) await assertLinksStayInside(root, path);
    if (!entry.isSymbolicLink()) continue;
    const below = path.subarray(root.length + 1).toString("utf8");
    const problem = linkProblem(below, await readlink(path, "utf8"));
    if (problem !== undefined) throw new Error(`tar cannot unpack the source: ${below}: ${problem}`);
  }
}
