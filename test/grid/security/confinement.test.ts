import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.js";
import { type Files, TestGrid } from "../../support/grid.js";
import { processesSaying } from "../../support/processes.js";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("not run: tests are confined only where the agent runs as root");
const closesPorts = spawnSync("nft", ["--version"]).status === 0;
if (!closesPorts) console.warn("not run: ports are closed to tests only where nftables is installed");

/** The machine's own addresses, without its loopback. */
const ownAddresses = () =>
  Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address),
  );

/** A command that starts a daemon in a session of its own, which no parent process controls. */
const daemon = (seconds: string) => `(setsid sh -c 'sleep ${seconds} & exec sleep ${seconds}' >/dev/null 2>&1 &)`;

(isRoot ? describe : describe.skip)("a confined test", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(`machines: { alpha: { slots: 2 }, beta: { slots: 2 } }
verdict: { back-off: 500ms, back-off-max: 1s }
limits: { memory: 256MiB, disk: 64MiB, processes: 100 }
`).start();
  });
  afterAll(() => grid.stop());

  const logOf = async (jobId: string) => (await grid.client.log(jobId, 1, 0)).toString();
  /** Runs one test that passes. @returns its output */
  async function printed(script: string): Promise<string> {
    const jobId = await grid.submitOne("test: sh ./look", { look: `${script}\nexit 0\n` });
    const log = await logOf((await grid.finished(jobId)).jobId);
    expect(await grid.client.job(jobId)).toMatchObject({ verdict: "pass" });
    return log;
  }
  async function failureOf(suite: string, files: Files = {}) {
    const { verdict, failureIdentifier } = await grid.finished(await grid.submitOne(suite, files));
    return { verdict, failureIdentifier };
  }

  test("needs a machine with the fact `confinement`, which each machine has", async () => {
    await eventually("every machine to have it", async () => {
      const { machines } = await grid.client.grid();
      return machines.every(({ facts }) => String(facts["confinement"]).startsWith("user,")) ? true : undefined;
    });
  });

  test("cannot read the token, the endpoints or the database, even if it knows their paths", async () => {
    const files = ["token", "endpoints.json", "postgres.password", "logs/api.log", "postgres/cluster/PG_VERSION"];
    const said = await printed(
      `ls ${grid.data} ${grid.data}/agents/* ${grid.folder}; ${files.map((name) => `cat ${join(grid.data, name)}`).join("; ")}`,
    );
    expect(said).not.toContain(grid.token);
    expect(said.match(/No such file|Permission denied/g)?.length).toBeGreaterThanOrEqual(files.length);
    expect(said).not.toMatch(/postgres:\/\/|sources|grid\.yaml$/m);
  });

  test("cannot see the agent or its environment, or signal it", async () => {
    const agent = grid.pidOf("agent-alpha");
    const said = await printed(`kill -9 ${agent} 1; ps ax -o args; cat /proc/*/environ | tr '\\0' '\\n'; id -u`);
    expect(said).not.toMatch(/agent\/main|HOLDFAST_TOKEN|TEMPORAL_ADDRESS/);
    expect(said).not.toMatch(/^0$/m);
    expect(grid.pidOf("agent-alpha")).toBe(agent);
  });

  (closesPorts ? test : test.skip)(
    "cannot connect to the grid's database, Temporal or inbox, by any address of the machine",
    async () => {
      const { database, temporal, inbox } = grid.endpoints;
      const ports = [database, `tcp://${temporal.address}`, temporal.ui!, inbox!].map((url) =>
        Number(new URL(url).port),
      );
      const hosts = ["127.0.0.1", "127.0.0.2", ...ownAddresses()];
      const said = await printed(`cat > try.js <<'END'
const { connect } = require("node:net");
for (const port of ${JSON.stringify(ports)}) for (const host of ${JSON.stringify(hosts)})
  connect({ port, host }).on("connect", () => process.exit(console.log("reached " + host + ":" + port)))
    .on("error", ({ code }) => console.log(code));
END
node try.js; node -e 'fetch("${grid.endpoints.api}/api/v1/grid").then(({ status }) => console.log("API", status))'`);
      expect(said).not.toContain("reached");
      expect(said.match(/^ECONNREFUSED$/gm)).toHaveLength(ports.length * hosts.length);
      expect(said).toMatch(/^API \d+$/m);
    },
  );

  test("cannot see workspaces of other jobs, and has its own home, name and temporary files", async () => {
    const other = await grid.submitOne("test: echo secret > mine; echo secret > /tmp/mine; sleep 600");
    await grid.jobIn(other, "running");
    const said = await printed(
      `find / -name mine -not -path '/proc/*' 2>/dev/null; ls ${grid.data}/agents/alpha/work ${grid.data}/agents/beta/work; ls -A /tmp "$HOME"; whoami; echo x > $HOME/a; echo x > /tmp/b; echo x > /var/tmp/c; echo x > /dev/shm/d && echo written`,
    );
    expect(said).not.toContain("mine");
    expect(said).toMatch(/^holdfast\nwritten$/m);
    await grid.client.cancel(other, "the test");
  });

  test("writes to its own copy of folders in which everybody may write", async () => {
    const name = `holdfast-${randomUUID()}`;
    const places = ["/run/lock", "/var/lock", "/dev/mqueue"].filter((place) => existsSync(place));
    const said = await printed(places.map((place) => `echo x > ${place}/${name} && echo written`).join("; "));
    if (existsSync("/run/lock")) expect(said).toContain("written");
    for (const place of places) expect(existsSync(join(place, name))).toBe(false);
  });

  test("leaves no process behind, even in a separate session", async () => {
    await printed(daemon("789.5"));
    expect(processesSaying("sleep 789.5")).toEqual([]);
  });

  test("runs TypeScript and commands on the PATH as usual", async () => {
    const log = await printed(
      "node --test a.test.ts; git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && echo committed",
    );
    expect(log).toContain("committed");
    expect(
      await failureOf("test: node --test a.test.ts", {
        "a.test.ts":
          'import test from "node:test";\nimport { userInfo } from "node:os";\nconst name: string = userInfo().username;\ntest(name, () => {});\n',
      }),
    ).toMatchObject({ verdict: "pass" });
  });

  test("that exceeds its memory limit fails for that reason; a test that runs at the same time passes", async () => {
    const hog = grid.submitOne("test: node -e 'const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))'");
    const { jobs } = await grid.submit({
      "holdfast.yaml":
        "owner: dev@example.org\ntests:\n  beside:\n    test: sleep 1\n    matrix: { n: [1, 2, 3, 4, 5, 6] }\n",
    });
    for (const { jobId } of jobs) expect(await grid.finished(jobId)).toMatchObject({ verdict: "pass" });
    const job = await grid.finished(await hog);
    expect(job).toMatchObject({ verdict: "fail", failureIdentifier: "code/memory-limit" });
    expect(job.attempts.filter(({ outcome }) => outcome === "candidate").length).toBeGreaterThanOrEqual(2);
  });

  test("that exceeds its memory limit in its preparation fails for that reason as well", async () => {
    const hog = "node -e 'const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))'";
    expect(await failureOf(`test: "true"\nprepare: ${JSON.stringify(hog)}`)).toEqual({
      verdict: "fail",
      failureIdentifier: "code/memory-limit",
    });
  });

  test("may use the memory that it declares", async () => {
    const take = "test: node -e 'const a = Buffer.alloc(4e8, 1); console.log(a.length)'";
    expect(await failureOf(`${take}\nrequire: ["machine:memory>=1GiB"]`)).toMatchObject({ verdict: "pass" });
  });

  test("that exceeds its disk limit is stopped", async () => {
    expect(await failureOf("test: dd if=/dev/zero of=$TMPDIR/big bs=1M count=200; sleep 60")).toEqual({
      verdict: "fail",
      failureIdentifier: "code/disk-limit",
    });
  });

  test("that forks endlessly is limited to its number of processes", async () => {
    expect(
      await failureOf("test: sh ./bomb\nduration: 2s", { bomb: "bomb() { bomb | bomb & wait; }; bomb\nexit 1\n" }),
    ).toEqual({
      verdict: "fail",
      failureIdentifier: "code/process-limit",
    });
  });

  test("ends with its agent, and nothing of it is left when the agent is back", async () => {
    const jobId = await grid.submitOne(`test: "${daemon("654.5")}; sleep 655.5"`);
    await grid.jobIn(jobId, "running");
    await eventually("the test to run", async () => (processesSaying("sleep 654.5").length > 0 ? true : undefined));
    const { attempts } = await grid.client.job(jobId);
    const machine =
      attempts.at(-1)?.machine ?? (await grid.client.grid()).machines.find(({ jobs }) => jobs.length > 0)!.name;
    const work = join(grid.data, "agents", machine, "work");
    const before = new Set(readdirSync(work));
    await grid.killAndAwaitReturn(`agent-${machine}`);
    // It must not begin again on the other machine.
    await grid.client.cancel(jobId, "the test");
    await eventually("sandboxes to be created again", async () =>
      readdirSync(work).filter((name) => !before.has(name)).length >= 2 ? true : undefined,
    );
    expect(processesSaying("sleep 65").length).toBe(0);
    await grid.finished(jobId);
  });

  test("leaves no control group behind when its grid is stopped", async () => {
    const [group] = /holdfast-[0-9a-f]{12}/.exec(await printed("cat /proc/self/cgroup"))!;
    const groups = () =>
      execFileSync("find", ["/sys/fs/cgroup", "-maxdepth", "5", "-name", `${group}-*`], { encoding: "utf8" });
    expect(groups()).toContain(group);
    await grid.end("SIGTERM");
    expect(groups()).toBe("");
  });
});
