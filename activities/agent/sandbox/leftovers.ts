import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ControlGroup, namesOfGroups } from "./control-group.js";
import { findGroupPlaces } from "./cgroup-places.js";
import { killAllOf } from "./namespace-holder.js";
import { isUserOfTests } from "../../../domain/access/test-users.js";
import { removeRecords } from "../use/kernel-record.js";
import { nameOfAgent, userOf } from "./user.js";

/** More than the sandboxes that an agent can have: 64 slots, and one that is made in advance. */
const mostSlots = 80;

/** Kills all test processes that an earlier agent process has left. Only root can find all of them. */
export async function endLeftoverTests(folder: string, work: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await removeRecords(new Set(Array.from({ length: mostSlots }, (_, number) => userOf(folder, number))));
  const places = findGroupPlaces();
  for (const name of namesOfGroups(places).filter((each) => each.startsWith(nameOfAgent(folder)))) {
    const group = new ControlGroup(places, name);
    await group.end();
    group.remove();
  }
  for (const sandbox of await readdir(work)) {
    const user = (await stat(join(work, sandbox, "home")).catch(() => undefined))?.uid ?? 0;
    if (isUserOfTests(user)) await killAllOf(user);
  }
}
