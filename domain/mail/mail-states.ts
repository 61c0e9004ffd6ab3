/** The state of a mail: on its way or to be tried again; refused for good for at least one recipient; sent. */
export const mailStates = ["due", "refused", "sent"] as const;
export type MailState = (typeof mailStates)[number];
