import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { SMTPServer } from "smtp-server";
import { simpleParser } from "mailparser";
import { eventually, TestGrid } from "../support/grid.js";
import { TcpService } from "../support/tcp-service.js";

describe("a mail relay that is down for the whole run", () => {
  let grid: TestGrid;
  let port: number;
  beforeAll(async () => {
    const reserved = await new TcpService().start();
    port = reserved.port;
    await reserved.stop();
    grid = await new TestGrid("machines: { alpha: {} }\n", { SMTP_URL: `smtp://127.0.0.1:${port}` }).start();
  });
  afterAll(() => grid.stop());

  test("every mail arrives once when it is up again, but for one that it refuses for good", async () => {
    const { jobs } = await grid.submit({
      "holdfast.yaml": 'owner: dev@example.org\ntests:\n  one:\n    test: "true"\n    matrix: { n: [1, 2, 3, 4, 5] }\n',
    });
    const refused = await grid.submit({
      "holdfast.yaml": 'owner: nobody@example.org\ntests:\n  one: { test: "true" }\n',
    });
    for (const { jobId } of [...jobs, ...refused.jobs]) await grid.finished(jobId);
    await eventually("tries in vain", async () => ((await grid.client.grid()).mailsDue === 6 ? true : undefined));
    const arrived: string[] = [];
    const relay = new SMTPServer({
      authOptional: true,
      disabledCommands: ["AUTH", "STARTTLS"],
      onRcptTo: (address, _session, done) =>
        done(
          address.address.startsWith("nobody") ? Object.assign(new Error("no such user"), { responseCode: 550 }) : null,
        ),
      onData: (stream, _session, done) =>
        void simpleParser(stream).then((mail) => (arrived.push(mail.messageId ?? ""), done())),
    });
    await new Promise<void>((resolve) => relay.listen(port, "127.0.0.1", () => resolve()));
    try {
      await eventually("all mails", async () => ((await grid.client.grid()).mailsDue === 0 ? true : undefined));
      expect(arrived.sort()).toEqual(jobs.map(({ jobId }) => `<verdict.${jobId}@localhost>`).sort());
      expect(await grid.query("select message_id, last_error from outbox where refused_at is not null")).toEqual([
        {
          message_id: `<verdict.${refused.jobs[0]!.jobId}@localhost>`,
          last_error: expect.stringContaining("no such user"),
        },
      ]);
    } finally {
      await new Promise<void>((resolve) => relay.close(resolve));
    }
  });
});
