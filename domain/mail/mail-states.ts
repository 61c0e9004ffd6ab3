/** What became of a mail: on its way or to be tried again; turned away for good by some recipients at least; sent. */
export const mailStates = ["due", "refused", "sent"] as const;
export type MailState = (typeof mailStates)[number];
