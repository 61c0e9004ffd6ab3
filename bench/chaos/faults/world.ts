import { execFile } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packFolder } from "../../../source/pack/pack.js";
import { hostileSuites } from "../../hostile-suites.js";
import type { Lab } from "../lab.js";
import { assertEffect, type Fault } from "./fault.js";

const execute = promisify(execFile);
const usual = { needsRoot: false, prone: null, times: 3, through: "upload", lane: "world" } as const;

/** Faults around the grid: in the repository of sources, in uploads, in the name server and in the mail relay. */
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
        assertEffect(trouble?.includes("503") === true ? trouble : undefined, "a repository that answers 503");
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
        assertEffect(trouble, "a repository that is down");
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
    name: "repository-slow",
    strikes: "before",
    through: "git",
    async strike({ repository }, random, felt) {
      repository.delayMs = random.between(1_000, 3_000);
      try {
        const began = performance.now();
        await repository.trouble();
        const tookMs = Math.round(performance.now() - began);
        assertEffect(tookMs >= repository.delayMs ? "slow" : undefined, "a slow repository");
        felt();
        await sleep(random.between(4_000, 8_000));
        return `the repository took ${tookMs} ms for an answer`;
      } finally {
        repository.delayMs = 0;
      }
    },
  },
  {
    ...usual,
    name: "repository-dumb",
    strikes: "before",
    through: "git",
    async strike({ repository }, random, felt) {
      repository.isDumb = true;
      try {
        assertEffect((await repository.trouble()) ?? "plain files", "a repository of plain files");
        felt();
        await sleep(random.between(3_000, 6_000));
        return "the repository served only plain files";
      } finally {
        repository.isDumb = false;
      }
    },
  },
  {
    ...usual,
    name: "analysis-slow",
    strikes: "before",
    async strike({ client, folder }, _random, felt) {
      const source = mkdtempSync(join(folder, "source-"));
      writeSlowCode(source);
      const sourceHash = await client.upload(await packFolder(source));
      const kind = { kind: "upload", sourceHash } as const;
      const { jobs } = await client.submit({ source: kind, project: "slow", owner: "slow@example.org" }, randomUUID());
      felt();
      await sleep(4_000);
      const states = await Promise.all(jobs.map(async ({ jobId }) => (await client.job(jobId)).state));
      assertEffect(states.includes("analysing") ? "analysing" : undefined, "code that takes long to read");
      await Promise.all(jobs.map(({ jobId }) => client.cancel(jobId, "the fault suite")));
      return `${jobs.length} jobs whose code takes long to read`;
    },
  },
  {
    ...usual,
    name: "hostile-uploads",
    strikes: "before",
    async strike({ client, folder }, _random, felt) {
      const source = mkdtempSync(join(folder, "source-"));
      const refusals: number[] = [];
      for (const text of hostileSuites()) {
        writeFileSync(join(source, "holdfast.yaml"), text);
        const sourceHash = await client.upload(await packFolder(source));
        const kind = { kind: "upload", sourceHash } as const;
        await client.submit({ source: kind, owner: "hostile@example.org" }, randomUUID()).catch((error: unknown) => {
          refusals.push((error as { status?: number }).status ?? 0);
        });
      }
      felt();
      assertEffect(
        refusals.length > 0 && refusals.every((status) => status === 422) ? "refused" : undefined,
        "refusals",
      );
      return `${refusals.length} hostile suite files were refused`;
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
        assertEffect(trouble, "broken name resolution");
        felt();
        await sleep(random.between(2_000, 6_000));
        return `${isSilent ? "the name server did not answer" : "the name server's port was closed"}: ${trouble}`;
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
        assertEffect(trouble, "a relay that is down");
        felt();
        await sleep(random.between(6_000, 12_000));
        return `the relay refused a connection (${trouble})`;
      } finally {
        await relay.start();
      }
    },
  },
];

/** Writes three tests whose functions all call each other. Following all these calls takes longer than is allowed. */
function writeSlowCode(folder: string): void {
  const names = ["one", "two", "three"];
  const tests = names.map((name) => `  ${name}: { test: "node ${name}.ts" }`).join("\n");
  writeFileSync(join(folder, "holdfast.yaml"), `owner: slow@example.org\ntests:\n${tests}\n`);
  const numbers = Array.from({ length: 100 }, (_, index) => index);
  const lines = numbers.map((index) => {
    const calls = numbers.map((other) => `f${other}(g, f${index}, a)`).join("; ");
    return `export function f${index}(g: any, ...a: any[]): any { ${calls}; return g(a[0]); }`;
  });
  for (const name of names) writeFileSync(join(folder, `${name}.ts`), `${lines.join("\n")}\nf0(f1); // ${name}\n`);
}

/** How a lookup of the name fails for the programs of the grid; undefined if it succeeds. */
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
