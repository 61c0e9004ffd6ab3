/** The state of a mail: not sent yet, or to be tried again; refused permanently for at least one recipient; sent. */
export const mailStates = ["due", "refused", "sent"] as const;
export type MailState = (typeof mailStates)[number];
