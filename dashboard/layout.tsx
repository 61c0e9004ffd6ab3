import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { rolesOfPeople, type Role } from "../domain/access/roles.js";
import { timeOf } from "../domain/time/time-text.js";

const style = `
:root { color-scheme: light dark; --ground: #f4f4f5; background: #fff; color: #18181b; --link: #0a58ca; --line: #8884; --soft: #66666d; --good: #18794e; --bad: #cd2b31; --held: #ad5700; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem; overflow-wrap: anywhere; }
header { display: flex; gap: 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
a { color: var(--link); } header a { text-decoration: none; } h1 { font-size: 1.25rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; } td, th { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; color: var(--soft); white-space: nowrap; } th[scope=row] { white-space: normal; } code, pre { font-size: .9em; } pre { background: var(--ground); padding: .7rem; overflow-x: auto; max-height: 30rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .held { color: var(--held); } .soft { color: var(--soft); }
td { min-width: 4rem; overflow-wrap: break-word; } code.soft { white-space: nowrap; } .when { white-space: nowrap; } input, textarea { max-width: 100%; box-sizing: border-box; font: inherit; }
.figures td { white-space: nowrap; } .timeline > div { display: flex; gap: .8rem; align-items: center; } .timeline > div > span { flex: 0 0 9rem; overflow-wrap: anywhere; } .timeline svg { flex: 1; height: 1rem; background: #8882; }
.timeline p { flex: 1; display: flex; justify-content: space-between; margin: 0; } .key { display: inline-block; width: .8em; height: .8em; } .unplanned { fill: var(--bad); background: var(--bad); } .maintenance { fill: #8889; background: #8889; } .degraded { fill: #e5a00d; background: #e5a00d; }
@media (max-width: 40rem) { header { flex-wrap: wrap; gap: .2rem 1rem; } header h1 { flex: 1; } header nav { order: 1; flex: 1 0 100%; padding-bottom: .5rem; } .timeline > div { display: block; margin-bottom: .4rem; } .timeline svg { width: 100%; }
  table:not(.figures), table:not(.figures) :is(tbody, tr) { display: block; } table:not(.figures) tr { padding: .35rem 0; border-bottom: 1px solid var(--line); }
  table:not(.figures) :is(td, th) { display: inline-block; min-width: 0; padding: 0 .7rem 0 0; border: 0; overflow-wrap: anywhere; } table:not(.figures) tr.head { display: none; } }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; flex: 1; } button, select { font: inherit; } form.action { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .2rem 1rem .2rem 0; } form.action label { display: grid; } output { white-space: pre-wrap; } textarea { width: 100%; font-family: monospace; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; } .one { font-size: 1.1rem; } .job { fill: #3b82f6; background: #3b82f6; } .hold { fill: #e5a00d; background: #e5a00d; } .passed { fill: var(--good); } .failed { fill: var(--bad); } .stopped { fill: #8889; }
pre.log { counter-reset: none; } pre.log span { display: block; min-height: 1.2em; white-space: pre-wrap; } pre.log span > span { display: inline; } pre.log a:first-child { display: inline-block; min-width: 4ch; margin-right: 1ch; text-align: right; color: var(--soft); text-decoration: none; user-select: none; } pre.log .target { outline: 2px solid var(--held); }
.ansi-red-fg, .ansi-bright-red-fg { color: var(--bad); } .ansi-green-fg, .ansi-bright-green-fg { color: var(--good); } .ansi-yellow-fg, .ansi-bright-yellow-fg { color: var(--held); } .ansi-blue-fg, .ansi-bright-blue-fg, .ansi-cyan-fg, .ansi-bright-cyan-fg { color: var(--link); } .ansi-magenta-fg, .ansi-bright-magenta-fg { color: #a626a4; } .ansi-black-fg, .ansi-bright-black-fg, .ansi-white-fg { color: var(--soft); }
figure.chart { margin: 1rem 0; } figcaption { font-weight: 600; } .u-legend { font-size: .85rem; } table.u-legend { display: table; } .u-legend :is(td, th) { border: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; } progress { width: 100%; }
@media (prefers-color-scheme: dark) { :root { --ground: #1f1f23; background: #141416; color: #ededf0; --link: #8ab4f8; --soft: #a6a6ad; --good: #4cc38a; --bad: #ff6369; --held: #ffa057; } .ansi-magenta-fg, .ansi-bright-magenta-fg { color: #d98cf5; } }
`;

/** Who reads a page. */
export interface Reader {
  role: Role;
  /** The only project that their token is for; null for all. */
  project: string | null;
}

/** What a page shows around its content. */
export interface PageFrame {
  title: string;
  /** The address of the events that change the page; null if no event changes it. */
  live: string | null;
  /** Null if unknown, and on the sign-in page. */
  reader: Reader | null;
  /** Whether the page is shown without sign-in. */
  isSignedOut?: boolean;
}

/** The pages: who may open them at least, and whether they are about the whole grid or can show one project only. */
const pages = [
  { path: "/", name: "Grid", least: "viewer", about: "project" },
  { path: "/submissions", name: "Submissions", least: "viewer", about: "project" },
  { path: "/downtime", name: "Downtime", least: "viewer", about: "grid" },
  { path: "/statistics", name: "Statistics", least: "viewer", about: "project" },
  { path: "/audit", name: "Audit", least: "operator", about: "grid" },
  { path: "/mails", name: "Mails", least: "operator", about: "grid" },
  { path: "/secrets", name: "Secrets", least: "operator", about: "grid" },
  { path: "/triggers", name: "Triggers", least: "viewer", about: "project" },
  { path: "/rules", name: "Rules", least: "viewer", about: "grid" },
  { path: "/tokens", name: "Tokens", least: "admin", about: "grid" },
  { path: "/configuration", name: "Configuration", least: "admin", about: "grid" },
  { path: "/failures", name: "Failures", least: "viewer", about: "project" },
] as const;

/** The role with the fewest rights that may open a page. */
export function leastRoleFor(page: (typeof pages)[number]["path"]): Role {
  return pages.find(({ path }) => path === page)!.least;
}

/** The pages that a token for one project may open. They show it only its project. */
export const pagesOfProjects: readonly string[] = pages
  .filter(({ about }) => about === "project")
  .map(({ path }) => path);

const ranks: readonly Role[] = rolesOfPeople;

function mayOpen(reader: Reader | null, { least, about }: (typeof pages)[number]): boolean {
  const isRankEnough = ranks.indexOf(reader?.role ?? "viewer") >= ranks.indexOf(least);
  return isRankEnough && (about === "project" || (reader?.project ?? null) === null);
}

/** A whole page as HTML. Without JavaScript, a page with live events reloads every ten seconds. */
export function renderPage(
  { title, live, reader, isSignedOut = false }: PageFrame,
  content: ComponentChildren,
): string {
  return `<!doctype html>${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {live === null ? null : (
          <noscript>
            <meta http-equiv="refresh" content="10" />
          </noscript>
        )}
        <title>{`${title} · Holdfast`}</title>
        <link
          rel="icon"
          href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 3h12v6a6 6 0 0 1-12 0z' fill='%230a58ca'/%3E%3C/svg%3E"
        />
        <style dangerouslySetInnerHTML={{ __html: style }} />
        {isSignedOut ? null : <script type="module" src="/page.js" />}
      </head>
      <body {...(live === null ? {} : { "data-live": live })}>
        <header>
          <h1>
            <a href="/">Holdfast</a>
          </h1>
          {isSignedOut ? null : (
            <nav aria-label="Pages">
              {pages
                .filter((each) => mayOpen(reader, each))
                .map(({ path, name }) => (
                  <a href={path}>{name}</a>
                ))}
            </nav>
          )}
          {isSignedOut ? null : (
            <form method="post" action="/sign-out">
              <button type="submit">Sign out</button>
            </form>
          )}
        </header>
        <p id="connection" class="bad" role="status" hidden>
          The grid does not answer. This page continues as soon as it does.
        </p>
        <main>{content}</main>
      </body>
    </html>,
  )}`;
}

/** A time, for people. */
export function When({ at }: { at: string }) {
  return (
    <time class="when" dateTime={at} title={timeOf(at)}>
      {timeOf(at)}
    </time>
  );
}

/** A row in a table of names and values. */
export function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

/** Text that is a link if it is a web address. */
export function Linked({ text }: { text: string }) {
  return /^https?:\/\//.test(text) ? <a href={text}>{text}</a> : <>{text}</>;
}

/** The CSS class that gives a state or verdict its color. */
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
