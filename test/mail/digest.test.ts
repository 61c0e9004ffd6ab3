import { describe, expect, test } from "@jest/globals";
import { correctionMail } from "../../mail/verdict/correction.js";
import { digestMails } from "../../mail/digest.js";
import { correction, digest, failureOf } from "../support/delivery-mails.js";

const base = digest();

describe("a digest", () => {
  test("has counts in its subject, and a line with a link for each job", () => {
    const [{ mail, jobIds } = { mail: undefined, jobIds: undefined }, ...more] = digestMails(base);
    expect(more).toEqual([]);
    expect(jobIds).toEqual(["j3", "j1", "j2"]);
    expect(mail?.subject).toBe("DIGEST 1 abort, 2 pass, 1 held, 1 open · shop @ 0123456789ab");
    for (const part of [
      "- PASS checkout [browser=firefox] (flaky)\n      https://grid.example.org/jobs/j2",
      "- ABORT checkout [browser=firefox] (hold-expired)\n      held longest by nfs, for 14d\n      https://grid.example.org/jobs/j3",
      "held: service nfs is down since noon",
      "- running: sell",
      "5 jobs, in their own mails",
      "3 jobs of submission s0",
    ])
      expect(mail?.body).toContain(part);
    expect(`${mail?.subject}${mail?.body}${mail?.html}`).not.toMatch(/undefined|null|NaN|\[object/i);
    // Probe output is quoted verbatim. Our own sentences avoid the word "fail".
    expect(mail?.body).toContain("held: service nfs is down since noon: probe failed");
    expect(mail?.subject).not.toMatch(/fail/i);
  });

  test("says of a failure what failed, where, and how to object", () => {
    const [first] = digestMails({ ...base, lines: [...base.lines, failureOf("j0")] });
    expect(first?.mail.subject).toMatch(/^DIGEST 1 fail, 1 abort, 2 pass/);
    expect(first?.jobIds[0]).toBe("j0");
    expect(first?.mail.body).toContain(`
  - FAIL checkout [browser=firefox] (code/test-failed)
      adds up the basket, empties the basket, and more
      Expected values to be strictly equal:
      on alpha, beta
      https://grid.example.org/jobs/j0
      This was not my code: https://grid.example.org/jobs/j0/not-my-code
`);
    expect(first?.mail.html).toContain('href="https://grid.example.org/jobs/j0/not-my-code"');
    const bare = { ...failureOf("j0"), failing: [], hasMore: false, message: "", machines: [] };
    const [whole] = digestMails({ ...base, lines: [bare] });
    expect(whole?.mail.body).toContain(
      "(code/test-failed)\n      the test as a whole\n      https://grid.example.org/jobs/j0\n",
    );
  });

  test.each([["checkout"], ["="], ["漢"], ['"']])(
    "of many jobs called %s… is complete, in as many mails as necessary",
    (name) => {
      const test = name === "checkout" ? name : name.repeat(200);
      const lines = Array.from({ length: 700 }, (_, index) => ({
        ...failureOf(`j${index}`, name === "checkout" ? undefined : test),
        test,
        variant: {},
      }));
      const mails = digestMails({ ...base, lines });
      expect(mails.flatMap(({ jobIds }) => jobIds)).toEqual(lines.map(({ jobId }) => jobId));
      for (const { mail, jobIds } of mails)
        for (const jobId of jobIds)
          for (const form of [mail.body, mail.html]) expect(form).toMatch(new RegExp(`/jobs/${jobId}["\n]`));
      expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(mails.length);
      expect(mails[1]?.mail.subject).toContain(`(part 2 of ${mails.length})`);
    },
  );
});

describe("a correction", () => {
  test("answers the mail that it corrects, quotes the outage, and says `fail` only if the job fails", () => {
    const quoted = "down from 2026-11-18 10:02:11 UTC to 2026-11-18 10:02:11 UTC: its probe failed";
    const ownWords = ({ subject, body, html }: ReturnType<typeof correctionMail>) => {
      expect(body).toContain(quoted);
      return `${subject}${body}${html}`.replaceAll(quoted, "");
    };
    const mail = correctionMail(correction("pass"));
    expect(mail.headers).toMatchObject({
      "In-Reply-To": "<verdict.j1@example.org>",
      References: expect.stringMatching(/^<thread\.\S+> <verdict\.j1@example\.org>$/),
    });
    expect(mail.subject).toBe("CORRECTION checkout [browser=firefox] · shop @ 0123456789ab: pass");
    expect(mail.body).toContain("It passes in a healthy environment: this was not your code.");
    expect(ownWords(mail)).not.toMatch(/fail/i);
    const open = correctionMail({ ...correction("abort"), answers: null });
    expect(open.headers["In-Reply-To"]).toMatch(/^<thread\./);
    expect(ownWords(open)).not.toMatch(/fail/i);
  });

  test("that confirms a failure has the parts of a failure mail", () => {
    const mail = correctionMail(correction("fail"));
    for (const part of [
      "It fails again in a healthy environment",
      "service nfs was down from 2026-11-18 10:02:11 UTC to 2026-11-18 10:02:11 UTC",
      "- adds up the basket",
      "41.99 !== 42",
      ">| not ok 2 - adds up the basket",
      "What changed\n  First failed     at beef4567beef",
      "(was v22.10.0)",
      "healthy throughout: nfs",
      "How to reproduce\n  As the grid ran it, in an empty folder:\n  git clone ",
      "holdfast why j1.reopen.1",
      "holdfast rerun j1\n",
      "/jobs/j1/not-my-code",
    ])
      expect(mail.body).toContain(part);
    expect(mail.body).not.toContain("/jobs/01kajq2m6sv1t4a4c1nq2c1b9h/not-my-code");
  });
});
