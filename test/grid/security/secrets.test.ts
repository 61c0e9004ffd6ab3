import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createGridClient } from "../../../client/grid-client.js";
import { createRequests } from "../../../client/requests.js";
import { packFolder } from "../../../source/pack/pack.js";
import { runCommand, TestGrid } from "../../support/grid.js";
import { jobWorkflowId } from "../../../workflows/messages.js";

/** It is put together here, so that no file contains it. */
const value = ["planted", "value", "4711"].join("-");
const suite = `owner: dev@example.org
project: shop
tests:
  uses:
    test: sh ./use.sh
    secrets: [SHOP_TOKEN]
    results: tap
    artifacts: ["*.txt"]
  plain: { test: 'test -z "$SHOP_TOKEN"' }
`;
const files = {
  "holdfast.yaml": suite,
  "use.sh": `printf 'TAP version 13\\n1..1\\n'
echo "# $SHOP_TOKEN"; echo "# $(printf %s "$SHOP_TOKEN" | base64)"
echo kept > "name-$SHOP_TOKEN.txt"
echo "not ok 1 - logs in with $SHOP_TOKEN"
exit 1
`,
};

describe("secrets of a project", () => {
  let grid: TestGrid;
  beforeAll(async () => {
    grid = await new TestGrid(
      "machines: { alpha: { slots: 2 } }\nverdict: { back-off: 500ms, back-off-max: 1s }\n",
    ).start();
  });
  afterAll(() => grid.stop());

  const clientOf = async (more: { project?: string }) => {
    const { token } = await grid.client.createToken({ name: "ci", role: "submitter", ...more });
    return createGridClient(createRequests(grid.endpoints.api, token, { timeoutMs: 10_000, patienceMs: 0 }));
  };
  const submitBy = async (client: TestGrid["client"]) => {
    const sourceHash = await client.upload(await packFolder(grid.source(files)));
    return client.submit({ source: { kind: "upload", sourceHash } }, randomUUID());
  };

  test("a submission that names an unknown secret is refused", async () => {
    await expect(grid.submit(files)).rejects.toThrow(/project shop has no secret SHOP_TOKEN/);
  });

  test("no answer has the value; short values and names with a meaning of their own are refused", async () => {
    await grid.client.setSecret("shop", "SHOP_TOKEN", value, "a test");
    const { secrets } = await grid.client.secrets();
    expect(secrets).toEqual([expect.objectContaining({ project: "shop", name: "SHOP_TOKEN", lastUsedAt: null })]);
    await expect(grid.client.setSecret("shop", "LD_PRELOAD", value, "a test")).rejects.toThrow(
      /already has another meaning/,
    );
    await expect(grid.client.setSecret("shop", "SHORT", "abc", "a test")).rejects.toThrow(/8 characters/);
    const listed = await runCommand(grid, "secret", "list");
    expect(listed.stdout).toContain("SHOP_TOKEN");
  });

  test("a token that is not for the project gets none of them", async () => {
    await expect(submitBy(await clientOf({}))).rejects.toThrow(/for submissions with a token of that project/);
  });

  test("a test gets what it names, and the value is in nothing that the grid keeps or shows", async () => {
    const client = await clientOf({ project: "shop" });
    const { jobs, submissionId } = await submitBy(client);
    const [uses, plain] = [
      jobs.find(({ test: name }) => name === "uses")!,
      jobs.find(({ test: name }) => name === "plain")!,
    ];
    expect(await grid.finished(plain.jobId)).toMatchObject({ verdict: "pass" });
    const job = await grid.finished(uses.jobId);
    expect(job).toMatchObject({ verdict: "fail" });
    const log = (await grid.client.log(uses.jobId, job.attempts[0]!.number, 0)).toString();
    expect(log).toContain("not ok 1 - logs in with ***");
    const [mail] = await grid.mailsOf(uses.jobId);
    expect(mail!.text).toContain("logs in with ***");
    const pages = await Promise.all(
      [`/jobs/${uses.jobId}`, `/submissions/${submissionId}`, "/audit"].map(async (path) =>
        (await grid.fetch(`${grid.endpoints.api}${path}`)).text(),
      ),
    );
    const history = await grid.temporal((temporal) =>
      temporal.workflow.getHandle(jobWorkflowId(uses.jobId)).fetchHistory(),
    );
    const tables = await grid.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    const rows = await Promise.all(tables.map(({ name }) => grid.query(`select t::text as row from "${name}" t`)));
    const forms = [value, Buffer.from(value).toString("base64"), Buffer.from(value).toString("hex")];
    const shown = JSON.stringify([
      job,
      await grid.mails(),
      pages,
      history,
      rows,
      await grid.client.audit({ limit: "200" }),
    ]);
    for (const form of forms) expect(shown).not.toContain(form);
    expect(logFiles(grid.data).length).toBeGreaterThan(2);
    for (const file of logFiles(grid.data))
      for (const form of forms) expect(readFileSync(file, "latin1")).not.toContain(form);
    expect((await grid.client.secrets()).secrets[0]!.lastUsedAt).not.toBeNull();
  });

  test("a job whose secret was deleted is held, and runs when the secret is set again", async () => {
    const client = await clientOf({ project: "shop" });
    await runCommand(grid, "pause", "grid", "--why", "a test");
    const { jobs } = await submitBy(client);
    const { jobId } = jobs.find(({ test: name }) => name === "uses")!;
    await runCommand(grid, "secret", "delete", "shop", "SHOP_TOKEN");
    await runCommand(grid, "resume", "grid", "--why", "a test");
    await grid.heldFor(jobId, /has no secret SHOP_TOKEN/);
    await grid.client.setSecret("shop", "SHOP_TOKEN", value, "a test");
    expect(await grid.finished(jobId)).toMatchObject({ verdict: "fail" });
  });
});

function logFiles(folder: string): string[] {
  const logs = join(folder, "logs");
  return readdirSync(logs, { recursive: true, encoding: "utf8" })
    .map((name) => join(logs, name))
    .filter((file) => statSync(file).isFile());
}
