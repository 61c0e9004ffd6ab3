import type { MailWhen } from "../../domain/mail/mail-policy.js";
import type { DefaultTime, NullableTime } from "./columns.js";
import type { Role } from "../../domain/access/roles.js";

/** The rows about mails, preferences and tokens. */
export interface MailSchema {
  mail_preferences: { address: string; tell_when: MailWhen; changed_by: string; changed_at: DefaultTime };
  mail_troubles: {
    message_id: string;
    recipient: string;
    error: string;
    since: DefaultTime;
    refused_at: NullableTime;
    reported_at: NullableTime;
  };
  tokens: {
    token_id: string;
    name: string;
    role: Role;
    token_hash: string;
    machine: string | null;
    address: string | null;
    created_by: string;
    created_at: DefaultTime;
    expires_at: NullableTime;
    revoked_at: NullableTime;
  };
  uploads: { submitter: string; day: string; bytes: number };
}
