import { falseAlarmReport } from "../../domain/verdict/false-alarms.js";
import { downtimeMail } from "../../mail/notices/downtime.js";
import { environmentMail } from "../../mail/notices/environment.js";
import { heldMail } from "../../mail/notices/held.js";
import { shareMail } from "../../mail/notices/infrastructure-share.js";
import type { Message } from "../../mail/message.js";
import { outageMail, type OutageNews } from "../../mail/notices/outage.js";
import { rejectionMail } from "../../mail/notices/rejection.js";
import { verdictMail } from "../../mail/verdict/verdict-mail.js";
import { deliveryMails } from "./delivery-mails.js";
import { outage as outageFact, report } from "./downtime-facts.js";
import { at, from, many, verdictMails } from "./verdict-mails.js";

/** One mail of each kind that the grid sends, with a name. */
export function allMails(v?: string): [string, Message][] {
  const outage: OutageNews = {
    outageId: "01kajq2m5zk0y3x6e0x6e5y8ab",
    service: v ?? "nfs",
    machine: v ?? "alpha",
    severity: "down",
    startedAt: "2026-11-18T09:40:40.000Z",
    endedAt: null,
    lastedMs: 724_000,
    detail: v ?? "connect ECONNREFUSED 10.0.0.7:2049",
    flaps: 1,
    cause: v ?? null,
    runbook: v ?? "https://wiki.example.org/nfs",
    held: [{ owner: v ?? "dev@example.org", jobs: 12 }],
    heldMs: 7_200_000,
  };
  const page = "https://grid.example.org/";
  return [
    ...verdictMails(v).map((mail): [string, Message] => [
      `${mail.verdict}${mail.verdict === "abort" ? `-${mail.abortReason ?? "none"}` : mail.verdict === "pass" && mail.flaky ? "-flaky" : ""}`,
      verdictMail(mail),
    ]),
    ...(["opened", "lasting", "closed"] as const).map((what): [string, Message] => [
      `outage-${what}`,
      outageMail({
        from,
        what,
        outages: many(v, [{ ...outage, endedAt: what === "closed" ? at : null }]),
        reminders: 1,
        page,
      }),
    ]),
    [
      "held",
      heldMail({
        from,
        submissionId: "s1",
        project: v ?? "shop",
        revision: v ?? "0123456789ab",
        noticeAfterMs: 3_600_000,
        trouble: null,
        jobs: many(v, [{ jobId: "j1", test: v ?? "checkout", reason: v ?? "nfs is down", since: at }]),
        page,
      }),
    ],
    [
      "rejection",
      rejectionMail({
        from,
        submissionId: "s1",
        owner: v ?? "dev@example.org",
        project: v ?? "shop",
        source: v ?? "https://git.example.org/shop.git",
        revision: v ?? "main",
        outcome: "rejected",
        failureIdentifier: "user/wrong-suite-file",
        reason: v ?? 'holdfast.yaml:3:5: unknown key "tset" in tests.checkout',
        page,
      }),
    ],
    [
      "downtime",
      downtimeMail({
        from,
        report: report({ outages: [outageFact(v ?? "nfs", 100, 400)] }),
        falseAlarms: falseAlarmReport([]),
        page,
      }),
    ],
    [
      "environment",
      environmentMail({
        from,
        jobId: "j1",
        project: v ?? "shop",
        branch: v ?? "main",
        test: v ?? "checkout",
        variant: {},
        failureIdentifier: "infra/environment-changed",
        text: v ?? "The last passing revision failed as well.",
        failing: many(v, [v ?? "adds up the basket"]),
        at,
        page,
      }),
    ],
    [
      "share",
      shareMail({
        from,
        day: "2026-11-18",
        share: 0.081,
        target: 0.05,
        attempts: 1_200,
        lost: 97,
        lostBy: [{ failureIdentifier: v ?? "infra/machine-lost", attempts: 60, share: 0.05, target: 0.01 }],
        page,
      }),
    ],
    ...deliveryMails(v),
  ];
}
