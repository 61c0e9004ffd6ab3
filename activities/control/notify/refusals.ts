import { takeRefusedAddresses } from "../../../db/mail/deliveries.js";
import { readGridConfig } from "../../../db/grid/grid-config.js";
import { queueMail } from "../../../db/mail/outbox.js";
import { refusalsMail } from "../../../mail/notices/refusals.js";
import type { ControlDependencies } from "../dependencies.js";

export function createRefusals({ database, newId }: Pick<ControlDependencies, "database" | "newId">) {
  /** Notifies the admins of addresses that refuse mails, of each once a day. No admin is notified of their own address. */
  async function tellRefused(): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      const { admins, mail } = await readGridConfig(transaction);
      const addresses = await takeRefusedAddresses(transaction, mail.gather);
      const recipients = admins.filter((admin) => !addresses.some(({ recipient }) => recipient === admin));
      if (addresses.length === 0 || recipients.length === 0) return;
      await queueMail(transaction, { ...refusalsMail({ id: newId(), from: mail.from, addresses }), recipients });
    });
  }

  return { name: "refusals", everyMs: 1_000, run: tellRefused };
}
