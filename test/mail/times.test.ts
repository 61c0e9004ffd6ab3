import { expect, test } from "@jest/globals";
import { allMails } from "../support/mails.js";

test.each(allMails())("the mail %s writes times for people", (_kind, { subject, body, html }) => {
  expect(`${subject}\n${body}\n${html}`).not.toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d/);
});
