import { type Command, Option } from "@commander-js/extra-typings";
import { mailStates } from "../../domain/mail/mail-states.js";
import type { Mails } from "../../client/grid-client.js";
import { mailWhens } from "../../domain/mail/mail-policy.js";
import { connectGrid, type Context, type GlobalOptions } from "../context.js";
import { formatTable, shorten, resultPrinter } from "../table.js";
import { authorOf } from "./admin.js";

/** Commands about mails and who gets them. */
export function addMail(program: Command<[], GlobalOptions>, context: Context): void {
  const grid = () => connectGrid(program.opts(), context);
  const show = resultPrinter(context.print);

  program
    .command("preferences")
    .description("show or set which results an address gets")
    .argument("<address>")
    .addOption(new Option("--when <which>", "all jobs, only failures, or only changes").choices(mailWhens))
    .option("--reset", "delete the preference: suite files and submissions decide again")
    .option("--json")
    .action(async (address, { when, reset, json }) => {
      const isAsked = when === undefined && reset !== true;
      const preference = isAsked
        ? await grid().preference(address)
        : await grid().setPreference(address, { when: when ?? null, by: authorOf(context.env) });
      show(json, preference, `${address} gets results: ${preference.when ?? "as suite files and submissions say"}`);
    });

  program
    .command("postpone-mail")
    .description("send the mail about a job later, for example after the weekend")
    .argument("<job>")
    .requiredOption("--for <duration>", "how long no mail is sent, such as 12h")
    .option("--why <reason>", "the reason, for the audit log")
    .option("--json")
    .action(async (jobId, { for: duration, why, json }) => {
      const request = { for: duration, by: authorOf(context.env), ...(why === undefined ? {} : { reason: why }) };
      const { notBefore } = await grid().postponeMail(jobId, request);
      show(json, { jobId, notBefore }, `no mail about ${jobId} is sent before ${notBefore}`);
    });

  const mails = program
    .command("mails")
    .description("list mails, the latest first; for operators and admins")
    .addOption(new Option("--state <state>", "only those that are due, refused or sent").choices(mailStates))
    .option("--before <id>", "the next page: mails older than this one")
    .option("--limit <count>", "list at most this many", "50")
    .option("--json")
    .action(async ({ json, ...filter }) => {
      const list = await grid().mails(filter);
      show(json, list, list.mails.length === 0 ? "no mails" : formatTable(mailHead, list.mails.map(lineOf)));
    });
  mails
    .command("retry")
    .description("send a mail again to the recipients who have not received it")
    .argument("<id>")
    .option("--json")
    .action(async (mailId, { json }) => {
      show(json, await grid().retryMail(mailId, authorOf(context.env)), `mail ${mailId} will be sent again`);
    });
}

const mailHead = ["id", "state", "subject", "to", "tries", "next try", "trouble"];

function lineOf(mail: Mails["mails"][number]): string[] {
  const trouble = mail.turnedAway.map(({ recipient, error }) => `${recipient}: ${error}`).join("; ");
  return [
    String(mail.mailId),
    mail.state,
    shorten(mail.subject),
    mail.recipients.join(" "),
    String(mail.tries),
    mail.nextTryAt ?? "",
    shorten(trouble || (mail.state === "sent" ? "" : (mail.lastError ?? ""))),
  ];
}
