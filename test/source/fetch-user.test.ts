import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkOut } from "../../source/fetch/check-out.js";
import { gitText } from "../../source/fetch/git-command.js";
import { packCheckOut } from "../../source/pack/pack.js";
import { FileServer, GitRepository } from "../support/git-repository.js";

// Only root can run git as another user.
(process.getuid?.() === 0 ? test : test.skip)(
  "over HTTP git runs as a user without rights, and the history can be packed",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-check-out-"));
    const outer = new GitRepository({ "a.txt": "one" });
    outer.git("update-server-info");
    const server = await new FileServer(join(outer.folder, ".git")).start();
    const { commit } = await checkOut({ url: server.url, revision: "main", folder, depth: 50, credentials: null });
    const { uid } = statSync(join(folder, "a.txt"));
    expect(uid).toBeGreaterThan(2_000_000_000);
    const secret = join(outer.folder, "secret");
    writeFileSync(secret, "secret", { mode: 0o600 });
    await expect(gitText(["hash-object", secret], { folder })).rejects.toThrow(/Permission denied/);
    await expect(gitText(["hash-object", secret], { folder: outer.folder })).resolves.toMatch(/^[0-9a-f]{40}$/);
    const scratch = mkdtempSync(join(tmpdir(), "holdfast-scratch-"));
    chmodSync(scratch, 0o711);
    const packed = await packCheckOut(folder, { commit, depth: 50, scratch, limitBytes: 1e6 });
    expect(packed.notes).toEqual([]);
    await server.stop();
    outer.remove();
    for (const each of [scratch, folder]) rmSync(each, { recursive: true });
  },
);
