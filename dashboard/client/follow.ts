import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";
import { followStream } from "./event-source.js";
import { showLogs } from "./log.js";
import { showTimes } from "./times.js";

/** Changes that come within this time are shown together. */
const settleMs = 300;
/** The least time between two refreshes of the page, because a busy grid changes all the time. */
const pauseMs = 1_000;
/** The page is refreshed at least this often, because some things have no events, such as the mail queue. */
const refreshMs = 30_000;

let timer: number | undefined;
let readAt = 0;
let isRefreshing = false;

/** Shows every change at once, and continues after the API was away. */
export function followChanges(): void {
  const address = document.body.dataset["live"];
  if (address === undefined) return;
  const change = () => refreshSoon();
  followStream(() => address, {
    events: { job: change, submission: change, service: change, machine: change, pause: change, reset: change },
    onConnection: (isThere) => {
      showConnection(isThere);
      if (isThere) refreshSoon();
    },
  });
  setInterval(() => refreshSoon(), refreshMs);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refreshSoon();
  });
}

function showConnection(isThere: boolean): void {
  const banner = document.getElementById("connection");
  if (banner !== null) banner.hidden = isThere;
}

/** Reads the page again and changes what is different, so that focus, input and open parts stay. */
export function refreshSoon(): void {
  if (document.hidden || timer !== undefined) return;
  timer = window.setTimeout(
    () => {
      timer = undefined;
      void refresh();
    },
    Math.max(settleMs, readAt + pauseMs - Date.now()),
  );
}

async function refresh(): Promise<void> {
  if (isRefreshing) return refreshSoon();
  isRefreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected || answer.status === 401) return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [main, wanted] = [document.querySelector("main"), fresh.querySelector("main")];
    if (main === null || wanted === null) return;
    document.title = fresh.title;
    Idiomorph.morph(main, wanted, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: {
        // Logs, forms with input, and open sections stay as they are.
        beforeNodeMorphed: (node: Node) =>
          !(
            node instanceof HTMLElement &&
            (node.dataset["keep"] !== undefined || node.dataset["touched"] !== undefined)
          ),
        beforeAttributeUpdated: (name: string, node: Element) =>
          !(name === "open" && node instanceof HTMLDetailsElement),
      },
    });
    showTimes();
    showLogs();
  } catch {
    showConnection(false);
  } finally {
    isRefreshing = false;
    readAt = Date.now();
  }
}
