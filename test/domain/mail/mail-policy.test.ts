import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  chooseDelivery,
  type DigestState,
  usesDigests,
  mailWhens,
  type MailPolicy,
  type JobResult,
  recipientsOf,
  shareLines,
  wantedBy,
  whenFor,
} from "../../../domain/mail/mail-policy.js";
import { abortReasons } from "../../../domain/states.js";

const policy: MailPolicy = { digestFrom: 10, alarms: 5, digestAfterMs: 86_400_000 };

describe("the preferences that want a mail about a job's end", () => {
  const table: [JobResult["verdict"], JobResult["abortReason"], JobResult["previous"], string[]][] = [
    ["pass", null, null, ["all"]],
    ["pass", null, "pass", ["all"]],
    ["pass", null, "fail", ["all", "changes"]],
    ["fail", null, null, ["all", "failures", "changes"]],
    ["fail", null, "pass", ["all", "failures", "changes"]],
    ["fail", null, "fail", ["all", "failures"]],
    ["abort", "cancelled", "pass", ["all"]],
    ["abort", "superseded", "pass", ["all"]],
    ["abort", "hold-expired", "fail", ["all", "failures", "changes"]],
    ["abort", "undiagnosed", "pass", ["all", "failures", "changes"]],
    ["abort", "unsatisfiable", null, ["all", "failures", "changes"]],
    ["abort", "rejected", null, ["all", "failures", "changes"]],
  ];
  test.each(table)("%s %s after %s: %j", (verdict, abortReason, previous, wanted) =>
    expect(wantedBy({ verdict, abortReason, previous })).toEqual(wanted),
  );

  test("the submission's setting precedes the recipient's preference, and that the suite file", () => {
    expect(whenFor({ when: "all" }, "failures", { when: "changes" })).toBe("all");
    expect(whenFor({}, "failures", { when: "changes" })).toBe("failures");
    expect(whenFor({}, undefined, { when: "changes" })).toBe("changes");
    expect(whenFor({}, undefined, {})).toBe("all");
  });
});

test("only submissions of ten jobs or more are reported in digests by default", () => {
  expect([9, 10].map((jobs) => usesDigests({}, {}, jobs, policy))).toEqual([false, true]);
  expect(usesDigests({ as: "jobs" }, { as: "digest" }, 10, policy)).toBe(false);
  expect(usesDigests({}, { as: "digest" }, 1, policy)).toBe(true);
});

const news = fc
  .record({
    verdict: fc.constantFrom("pass" as const, "fail" as const, "abort" as const),
    abortReason: fc.constantFrom(...abortReasons),
    previous: fc.constantFrom("pass" as const, "fail" as const, null),
  })
  .map((one): JobResult => ({ ...one, abortReason: one.verdict === "abort" ? one.abortReason : null }));
const when = fc.constantFrom(...mailWhens);
const start = Date.parse("2026-01-01T00:00:00Z");

describe("the jobs of a submission that is reported in digests", () => {
  test("are each reported exactly once, in whatever order and at whatever times they end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ news, afterMs: fc.nat(4 * 86_400_000) }), { minLength: 1, maxLength: 40 }),
        when,
        fc.nat(7),
        (jobs, wish, alarms) => {
          const inOrder = jobs.map((job, id) => ({ ...job, id })).sort((a, b) => a.afterMs - b.afterMs);
          const told = new Map<number, string[]>();
          const tell = (id: number, how: string) => told.set(id, [...(told.get(id) ?? []), how]);
          let gathering: DigestState = { alarms: 0, dueAt: null };
          let waiting: { id: number; since: number }[] = [];
          let digests = 0;
          const sendIfDue = (now: number) => {
            if (gathering.dueAt === null || Date.parse(gathering.dueAt) > now) return;
            expect(waiting).not.toEqual([]);
            for (const { id, since } of waiting) {
              expect(Date.parse(gathering.dueAt) - since).toBeLessThanOrEqual(policy.digestAfterMs);
              tell(id, `digest ${digests}`);
            }
            digests++;
            waiting = [];
            gathering = { ...gathering, dueAt: null };
          };
          for (const [index, { id, afterMs, news: one }] of inOrder.entries()) {
            const now = start + afterMs;
            sendIfDue(now);
            const isWanted = wantedBy(one).includes(wish);
            const isLast = index === inOrder.length - 1;
            const next = chooseDelivery(
              gathering,
              { verdict: one.verdict, isWanted, isLast },
              { ...policy, alarms },
              new Date(now).toISOString(),
            );
            expect(next.by === "unwanted").toBe(!isWanted);
            if (next.by === "mail") expect(one.verdict).toBe("fail");
            if (next.by === "digest") waiting.push({ id, since: now });
            else tell(id, next.by);
            gathering = next.gathering;
            // A digest is due at some time if and only if a job waits for it.
            expect(gathering.dueAt !== null).toBe(waiting.length > 0);
          }
          // The submission is finished, so the rest is due at once.
          sendIfDue(start + inOrder.at(-1)!.afterMs);
          expect(waiting).toEqual([]);
          expect([...told.values()].every((hows) => hows.length === 1)).toBe(true);
          expect(told.size).toBe(jobs.length);
          const failures = jobs.filter(
            ({ news: one }) => one.verdict === "fail" && wantedBy(one).includes(wish),
          ).length;
          expect([...told.values()].filter(([how]) => how === "mail")).toHaveLength(Math.min(alarms, failures));
        },
      ),
    );
  });

  test("reach every reader who wants them once, and nobody else", () => {
    const address = fc.constantFrom("a@x", "b@x", "c@x", "d@x");
    fc.assert(
      fc.property(
        fc.array(news, { maxLength: 20 }),
        fc.uniqueArray(address),
        fc.uniqueArray(address),
        fc.dictionary(address, when),
        (jobs, told, admins, wishes) => {
          const lines = jobs.map((one, id) => ({ id, abortReason: one.abortReason, wantedBy: wantedBy(one) }));
          const shares = shareLines(
            lines,
            recipientsOf(told, admins, (one) => wishes[one] ?? "all"),
          );
          for (const reader of new Set([...told, ...admins])) {
            const got = shares.filter(({ recipients }) => recipients.includes(reader)).flatMap((share) => share.lines);
            const wanted = lines.filter(
              (line) =>
                (told.includes(reader) && line.wantedBy.includes(wishes[reader] ?? "all")) ||
                (admins.includes(reader) && line.abortReason === "undiagnosed"),
            );
            expect(got).toEqual(wanted);
          }
          expect(shares.every((share) => share.lines.length > 0)).toBe(true);
        },
      ),
    );
  });
});
