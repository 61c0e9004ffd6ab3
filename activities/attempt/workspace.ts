import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentApi } from "../../client/agent-api.js";
import { killGroup, startOf } from "../../probes/process-group.js";
import { unpack } from "../../source/unpack.js";
import { endLeftoverTests } from "./confinement/leftovers.js";

const cachedSources = 20;

export interface Workspace {
  /** The agent's folder of all workspaces: it is there whatever the test does to its own. */
  shelf: string;
  source: string;
  home: string;
  temporary: string;
  noteGroup(group: number): Promise<void>;
}

/** The folders in which an agent works. */
export interface Workshop {
  /** Holds the folders of all attempts. */
  shelf: string;
  /** Brings a source into a folder on the shelf. */
  open(folder: string, sourceHash: string): Promise<Workspace>;
}

/** Makes an agent's folders and clears away what a former life of it has left: processes first, then files. */
export async function openWorkshop(folder: string, api: AgentApi): Promise<Workshop> {
  const [work, sources] = [join(folder, "work"), join(folder, "sources")];
  await mkdir(work, { recursive: true });
  await mkdir(sources, { recursive: true });
  await endLeftoverTests(folder, work);
  await endLeftovers(work);
  const fetching = new Map<string, Promise<string>>();

  async function fetchSource(sourceHash: string): Promise<string> {
    const kept = join(sources, sourceHash);
    if ((await stat(kept).catch(() => undefined)) !== undefined) {
      await utimes(kept, new Date(), new Date());
      return kept;
    }
    const fresh = join(sources, `${sourceHash}.${process.pid}.tmp`);
    await rm(fresh, { recursive: true, force: true });
    await unpack(await api.source(sourceHash), fresh);
    await rename(fresh, kept);
    await forgetOldest(sources);
    return kept;
  }

  return {
    shelf: work,
    async open(root, sourceHash) {
      const pending = fetching.get(sourceHash) ?? fetchSource(sourceHash).finally(() => fetching.delete(sourceHash));
      fetching.set(sourceHash, pending);
      const source = join(root, "source");
      await cp(await pending, source, { recursive: true, verbatimSymlinks: true });
      return {
        shelf: work,
        source,
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

async function endLeftovers(work: string): Promise<void> {
  for (const name of await readdir(work)) {
    const note = await readFile(join(work, name, "group.json"), "utf8").catch(() => undefined);
    if (note !== undefined) {
      const { group, started } = JSON.parse(note) as { group: number; started: string | null };
      if (started !== null && startOf(group) === started) killGroup(group);
    }
    await rm(join(work, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function forgetOldest(sources: string): Promise<void> {
  const names = await readdir(sources);
  if (names.length <= cachedSources) return;
  const ages = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(sources, name))).mtimeMs })),
  );
  const oldest = ages.sort((left, right) => left.usedAt - right.usedAt).slice(0, names.length - cachedSources);
  await Promise.all(oldest.map(({ name }) => rm(join(sources, name), { recursive: true, force: true })));
}
