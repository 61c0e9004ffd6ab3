import { execFile } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Lab } from "../lab.js";
import { assertFelt, type Fault } from "./fault.js";

const execute = promisify(execFile);
const usual = { needsRoot: false, prone: null, times: 3, through: "upload", lane: "world" } as const;

/** What stands around the grid: the repository of sources, the name server, the mail relay. */
export const worldFaults: Fault[] = [
  {
    ...usual,
    name: "repository-503",
    strikes: "before",
    through: "git",
    async strike({ repository }, random, felt) {
      repository.isUnavailable = true;
      try {
        const trouble = await repository.trouble();
        assertFelt(trouble?.includes("503") === true ? trouble : undefined, "a repository that answers 503");
        felt();
        await sleep(random.between(2_000, 5_000));
        return trouble!;
      } finally {
        repository.isUnavailable = false;
      }
    },
  },
  {
    ...usual,
    name: "repository-down",
    strikes: "before",
    through: "git",
    async strike({ repository }, random, felt) {
      await repository.stop();
      try {
        const trouble = await repository.trouble();
        assertFelt(trouble, "a repository that is down");
        felt();
        await sleep(random.between(2_000, 5_000));
        return trouble;
      } finally {
        await repository.start();
      }
    },
  },
  {
    ...usual,
    name: "names-broken",
    prone: "resolves",
    strikes: "during",
    needsRoot: true,
    async strike(lab, random, felt) {
      const isSilent = random.next() < 0.5;
      if (isSilent) lab.names.fallSilent();
      else await lab.names.stop();
      try {
        const trouble = await lookUpFails(lab);
        assertFelt(trouble, "broken name resolution");
        felt();
        await sleep(random.between(2_000, 6_000));
        return `${isSilent ? "the name server said nothing" : "the name server's port was closed"}: ${trouble}`;
      } finally {
        await lab.names.start();
      }
    },
  },
  {
    ...usual,
    name: "relay-down",
    strikes: "during",
    async strike({ relay }, random, felt) {
      await relay.stop();
      try {
        const trouble = await relay.trouble();
        assertFelt(trouble, "a relay that is down");
        felt();
        await sleep(random.between(6_000, 12_000));
        return `the relay refused a connection (${trouble})`;
      } finally {
        await relay.start();
      }
    },
  },
];

/** How a look-up of the name fails that programs of the grid make; undefined where it succeeds. */
async function lookUpFails({ grid, names, machines }: Lab): Promise<string | undefined> {
  if (machines === null) {
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`${names.address}:${names.port}`]);
    return resolver.resolve4(names.name).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
  }
  const args = ["--mount", "--target", String(grid.pidOf("supervisor")), "getent", "hosts", names.name];
  return execute("nsenter", args).then(
    () => undefined,
    (error: { code?: number }) => `getent hosts ${names.name} ended with ${error.code}`,
  );
}
