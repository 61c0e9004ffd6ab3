/** The numbers of PostgreSQL's advisory locks. They are arbitrary, but each purpose has its own. */
export const advisoryLocks = {
  /** Of a dispatch pass. */
  dispatch: 7_411_001,
  /** With the number of a sender: shows that this sender of mails lives. */
  mailSender: 7_411_002,
  /** With the hash of a project and branch: submissions of a branch get their jobs one by one. */
  branch: 7_411_003,
  /** Of the process that reports rejected addresses. */
  mailReport: 7_411_004,
  /** Of the control worker that writes the journal. */
  journal: 7_411_005,
  /** Of the control worker that handles a restore. */
  restore: 7_411_006,
  /** Of the process that makes the deliveries of webhooks. */
  webhookDeliveries: 7_411_007,
  /** Of the process that calls the webhook for admins. */
  adminWebhook: 7_411_008,
} as const;
