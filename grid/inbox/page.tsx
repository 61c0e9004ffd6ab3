import { renderPage, toneOf } from "../../dashboard/layout.js";
import type { InboxMessage } from "./store.js";

/** The local inbox as a page, newest mail first. */
export function inboxPage(messages: readonly InboxMessage[]): string {
  const newestFirst = [...messages].reverse();
  return renderPage({ title: "Inbox", live: null, reader: null, isSignedOut: true }, [
    <h2>Inbox: {messages.length} mails</h2>,
    ...newestFirst.map((message) => (
      <details>
        <summary>
          <span class={toneOf(message.subject.split(" ")[0]?.toLowerCase() ?? null)}>{message.subject}</span>{" "}
          <span class="soft">
            to {message.to.join(", ")}, {message.receivedAt}
          </span>
        </summary>
        <pre>{message.text}</pre>
      </details>
    )),
  ]);
}
