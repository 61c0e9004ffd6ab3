import { renderPage, When, type Reader } from "./layout.js";

export interface AuditPage {
  reader: Reader;
  audit: { auditId: number; at: string; actor: string; action: string; target: string; detail: string }[];
  /** The key of the next page; null on the last. */
  next: number | null;
}

/** Who did what to which part of the grid, and why. */
export function auditPage({ audit, next, reader }: AuditPage): string {
  return renderPage({ title: "Audit", live: null, reader }, [
    <h2>Audit</h2>,
    <table>
      <tr class="head">
        {["When", "Who", "What", "To what", "Why"].map((head) => (
          <th>{head}</th>
        ))}
      </tr>
      {audit.map(({ at, actor, action, target, detail }) => (
        <tr>
          <td class="soft">
            <When at={at} />
          </td>
          <td>{actor}</td>
          <td class={action === "refused" ? "bad" : ""}>{action}</td>
          <td>{target}</td>
          <td>{detail}</td>
        </tr>
      ))}
    </table>,
    next === null ? null : (
      <p>
        <a href={`/audit?before=${next}`}>Older</a>
      </p>
    ),
  ]);
}
