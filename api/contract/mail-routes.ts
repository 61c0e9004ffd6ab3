import { route } from "./route.js";

export const mailRoutes = {
  listMails: route("GET", "/mails", "admin", 200, "The outbox, the latest first"),
  retryMail: route("POST", "/mails/{mailId}/retry", "admin", 202, "Send a mail again to those who do not have it", [
    "nothing-to-retry",
  ]),
  readPreference: route("GET", "/preferences/{address}", "everyone", 200, "Which results an address gets by mail"),
  setPreference: route("PUT", "/preferences/{address}", "user", 200, "Set which results an address gets by mail", [
    "not-yours",
  ]),
};
