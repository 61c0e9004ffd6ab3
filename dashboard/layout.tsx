import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { timeOf } from "../domain/time/time-text.js";

const style = `
:root { color-scheme: light dark; --ground: #f4f4f5; background: #fff; color: #18181b; --link: #0a58ca; --line: #8884; --soft: #66666d; --good: #18794e; --bad: #cd2b31; --held: #ad5700; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem; overflow-wrap: anywhere; }
header { display: flex; gap: 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
a { color: var(--link); } header a { text-decoration: none; } h1 { font-size: 1.25rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; } td, th { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; color: var(--soft); white-space: nowrap; } code, pre { font-size: .9em; } pre { background: var(--ground); padding: .7rem; overflow-x: auto; max-height: 30rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .held { color: var(--held); } .soft { color: var(--soft); }
td { min-width: 4rem; } .when { white-space: nowrap; } input, textarea { max-width: 100%; box-sizing: border-box; font: inherit; }
.figures td { white-space: nowrap; } .timeline > div { display: flex; gap: .8rem; align-items: center; } .timeline > div > span { flex: 0 0 9rem; overflow-wrap: anywhere; } .timeline svg { flex: 1; height: 1rem; background: #8882; }
.timeline p { flex: 1; display: flex; justify-content: space-between; margin: 0; } .key { display: inline-block; width: .8em; height: .8em; } .unplanned { fill: var(--bad); background: var(--bad); } .maintenance { fill: #8889; background: #8889; } .degraded { fill: #e5a00d; background: #e5a00d; }
@media (max-width: 40rem) { header { flex-wrap: wrap; gap: .2rem 1rem; } .timeline > div { display: block; margin-bottom: .4rem; } .timeline svg { width: 100%; }
  table:not(.figures), table:not(.figures) :is(tbody, tr) { display: block; } table:not(.figures) tr { padding: .35rem 0; border-bottom: 1px solid var(--line); }
  table:not(.figures) :is(td, th) { display: inline-block; min-width: 0; padding: 0 .7rem 0 0; border: 0; } table:not(.figures) tr.head { display: none; } }
@media (prefers-color-scheme: dark) { :root { --ground: #1f1f23; background: #141416; color: #ededf0; --link: #8ab4f8; --soft: #a6a6ad; --good: #4cc38a; --bad: #ff6369; --held: #ffa057; } }
`;

/** A whole page as HTML. It loads itself again every two seconds unless `isFinal`. */
export function renderPage(title: string, isFinal: boolean, content: ComponentChildren): string {
  return `<!doctype html>${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {isFinal ? null : <meta http-equiv="refresh" content="2" />}
        <title>{`${title} · Holdfast`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <header>
          <h1>
            <a href="/">Holdfast</a>
          </h1>
          <a href="/downtime">downtime</a>
          <span class="soft">a failure mail always means: your code is broken</span>
        </header>
        {content}
      </body>
    </html>,
  )}`;
}

/** A time, for people. */
export function When({ at }: { at: string }) {
  return (
    <time class="when" dateTime={at}>
      {timeOf(at)}
    </time>
  );
}

/** The colour that a word of the grid is shown in. */
export function toneOf(word: string | null): string {
  switch (word) {
    case "pass":
    case "up":
    case "good":
    case "idle":
    case "passed":
      return "good";
    case "fail":
    case "down":
    case "bad":
    case "offline":
      return "bad";
    case "held":
    case "abort":
    case "unknown":
    case "degraded":
    case "maintenance":
      return "held";
    default:
      return "";
  }
}
