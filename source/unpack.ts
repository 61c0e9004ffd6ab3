import { spawn } from "node:child_process";
import { mkdir, readdir, readlink, realpath, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Unpack } from "tar";

/** What stands for bytes that are no UTF-8. */
const replacement = "\ufffd";

/** Unpacks a checked source into a folder, which is made if it is not there. */
export async function unpack(content: Buffer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  let isUtf8 = true;
  await new Promise<void>((resolve, reject) => {
    const extraction = new Unpack({
      cwd: folder,
      strict: true,
      preserveOwner: false,
      filter: (path) => {
        if (path.includes(replacement)) isUtf8 = false;
        return isUtf8;
      },
    });
    extraction.on("close", () => resolve());
    extraction.on("error", reject);
    extraction.end(content);
  });
  if (!isUtf8) await unpackBytes(content, folder);
}

/** The same by the system's tar, which keeps names as they are. */
async function unpackBytes(content: Buffer, folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  const args = ["--extract", "--gzip", "--file=-", "--no-same-owner", "--no-same-permissions"];
  const child = spawn("tar", args, { cwd: folder, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.on("error", () => undefined).end(content);
  let errors = "";
  child.stderr.on("data", (piece: Buffer) => (errors += piece.toString("utf8")));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`tar cannot unpack the source: ${errors.slice(0, 500)}`);
  // It understands records that the check of a source does not know.
  await assertLinksStayInside(await realpath(folder), Buffer.from(await realpath(folder)));
}

async function assertLinksStayInside(root: string, folder: Buffer): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    const path = Buffer.concat([folder, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) await assertLinksStayInside(root, path);
    if (!entry.isSymbolicLink()) continue;
    const target = resolve(dirname(path.toString("utf8")), await readlink(path, "utf8"));
    if (target !== root && !target.startsWith(`${root}/`))
      throw new Error(`tar cannot unpack the source: ${path.toString("utf8").slice(root.length + 1)} leads out of it`);
  }
}
