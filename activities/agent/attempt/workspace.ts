import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { renameSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rename, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AgentApi } from "../../../client/agent-api.js";
import { killGroup, startOf } from "../../../probes/process-group.js";
import { unpack } from "../../../source/pack/unpack.js";
import { endLeftoverTests } from "../sandbox/leftovers.js";
import { removeTree } from "./remove-tree.js";

const cachedSources = 20;

export interface Workspace {
  /** The agent's folder of all workspaces. A test cannot remove it. */
  workspacesDir: string;
  /** Where the suite's commands run: the source's root, or the folder of its suite file. */
  source: string;
  /** The real path of `source`, resolved before the test could replace it with a link. */
  realSource: string;
  home: string;
  temporary: string;
  noteGroup(group: number): Promise<void>;
}

/** The folders in which an agent works. */
export interface WorkspaceStore {
  /** Holds the folders of all attempts. */
  folder: string;
  /** Copies a source into a sandbox folder. @param place the folder of its suite; empty for the root */
  open(folder: string, sourceHash: string, place: string): Promise<Workspace>;
}

/** Creates an agent's folders, and removes what an earlier agent process has left: first processes, then files. */
export async function openWorkspaceStore(folder: string, api: AgentApi): Promise<WorkspaceStore> {
  const [work, sources, fetches] = [join(folder, "work"), join(folder, "sources"), join(folder, "fetches")];
  await removeTree(fetches);
  for (const each of [work, sources, fetches]) await mkdir(each, { recursive: true });
  await endLeftoverTests(folder, work);
  await endLeftovers(work);
  const fetching = new Map<string, Promise<string>>();
  /** How many attempts copy a source now. */
  const inUse = new Map<string, number>();

  /** Downloads a source into the cache. Only complete sources have their final name there. */
  async function fetchSource(sourceHash: string): Promise<string> {
    const kept = join(sources, sourceHash);
    if ((await stat(kept).catch(() => undefined)) !== undefined) {
      await utimes(kept, new Date(), new Date());
      return kept;
    }
    const fresh = join(fetches, `${sourceHash}.${process.pid}`);
    await removeTree(fresh);
    await unpack(await api.source(sourceHash), fresh);
    await rename(fresh, kept);
    return kept;
  }

  return {
    folder: work,
    async open(root, sourceHash, place) {
      const whole = join(root, "source");
      // A source in use is not removed.
      inUse.set(sourceHash, (inUse.get(sourceHash) ?? 0) + 1);
      try {
        const pending = fetching.get(sourceHash) ?? fetchSource(sourceHash).finally(() => fetching.delete(sourceHash));
        fetching.set(sourceHash, pending);
        // The system's cp keeps names that are not UTF-8.
        await promisify(execFile)("cp", ["-a", "--reflink=auto", "--", `${await pending}/.`, whole]);
      } finally {
        inUse.set(sourceHash, inUse.get(sourceHash)! - 1);
      }
      await forgetOldest(sources, fetches, (name) => (inUse.get(name) ?? 0) > 0 || fetching.has(name));
      const source = join(whole, place);
      const realSource = await realpath(source);
      return {
        workspacesDir: work,
        source,
        realSource,
        home: join(root, "home"),
        temporary: join(root, "tmp"),
        noteGroup: async (group) => {
          await writeFile(join(root, "group.tmp"), JSON.stringify({ group, started: startOf(group) }));
          await rename(join(root, "group.tmp"), join(root, "group.json"));
        },
      };
    },
  };
}

/** A file that cannot be removed must not stop the agent. */
async function endLeftovers(work: string): Promise<void> {
  for (const name of await readdir(work)) {
    await endGroup(join(work, name)).catch(() => undefined);
    await removeTree(join(work, name)).catch(() => undefined);
  }
}

async function endGroup(sandbox: string): Promise<void> {
  const note = await readFile(join(sandbox, "group.json"), "utf8");
  const { group, started } = JSON.parse(note) as { group: number; started: string | null };
  if (started !== null && startOf(group) === started) killGroup(group);
}

/** Removes the least recently used sources. Other attempts may use the cache at the same time. */
async function forgetOldest(sources: string, removed: string, isInUse: (name: string) => boolean): Promise<void> {
  const names = await readdir(sources);
  if (names.length <= cachedSources) return;
  const ages = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(sources, name)).catch(() => undefined))?.mtimeMs })),
  );
  const there = ages.filter((each) => each.usedAt !== undefined);
  const oldest = there.sort((left, right) => left.usedAt! - right.usedAt!).slice(0, names.length - cachedSources);
  for (const { name } of oldest) {
    if (isInUse(name)) continue;
    // The source is renamed first: an attempt that needs it now fetches it again, and never copies only a part of it.
    const place = join(removed, `old-${name}-${randomUUID()}`);
    try {
      renameSync(join(sources, name), place);
    } catch {
      continue;
    }
    await removeTree(place);
  }
}
