import { route } from "./route.js";

export const mailRoutes = {
  listMails: route("GET", "/mails", "operator", 200, "The outbox, the latest first"),
  retryMail: route(
    "POST",
    "/mails/{mailId}/retry",
    "operator",
    202,
    "Send a mail again to the recipients who have not received it",
    ["nothing-to-retry"],
  ),
  readPreference: route("GET", "/preferences/{address}", "viewer", 200, "Which results an address gets by mail"),
  setPreference: route("PUT", "/preferences/{address}", "submitter", 200, "Set which results an address gets by mail", [
    "not-yours",
  ]),
};
