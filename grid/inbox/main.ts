import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { EnvironmentError, readEnvironment, runProcess } from "../../workers/process/environment.js";
import { isSignedIn } from "../guard/sign-in.js";
import { inboxPage } from "./page.js";
import { InboxStore } from "./store.js";

runProcess("inbox", async (log) => {
  const { data, token } = readEnvironment(process.env, ["data", "token"]);
  const password = process.env["HOLDFAST_SMTP_PASSWORD"] ?? "";
  if (password === "") throw new EnvironmentError("not set: HOLDFAST_SMTP_PASSWORD");
  const [smtpPort, httpPort] = ["HOLDFAST_SMTP_PORT", "HOLDFAST_PORT"].map((name) => {
    const port = Number(process.env[name]);
    if (!(port > 0)) throw new EnvironmentError(`not set: ${name}`);
    return port;
  });
  const folder = join(data, "inbox");
  mkdirSync(folder, { recursive: true });
  const store = new InboxStore(folder);
  await store.load();

  const smtp = new SMTPServer({
    // Only the grid may send mails to the inbox.
    authOptional: false,
    allowInsecureAuth: true,
    authMethods: ["PLAIN", "LOGIN"],
    disabledCommands: ["STARTTLS"],
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: "holdfast" }) : done(new Error("wrong password")),
    onData(stream, _session, done) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => void store.add(Buffer.concat(pieces)).then(() => done(), done));
    },
  });
  smtp.on("error", (error) => log.warn({ error: error.message }, "SMTP"));
  const http = createServer((request, response) => {
    if (!isSignedIn(request, response, token)) return;
    const isList = request.url?.split("?")[0] === "/messages";
    response.setHeader("content-type", isList ? "application/json" : "text/html; charset=utf-8");
    response.end(isList ? JSON.stringify(store.list()) : inboxPage(store.list()));
  });
  await new Promise<void>((resolve) => smtp.listen(smtpPort, "127.0.0.1", () => resolve()));
  await new Promise<void>((resolve) => http.listen(httpPort, "127.0.0.1", () => resolve()));
  log.info({ smtpPort, httpPort }, "inbox runs");
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
});
