import { renderToString } from "preact-render-to-string";
import { foldTitle, limits, type MailDocument, type Part } from "../mail-document.js";
import { Linked, Section, Text } from "./html-parts.js";
import { oneLine } from "./plain.js";
import { darkStyle, grounds, styles } from "./style.js";

/** A mail as HTML, without scripts and external content, for small and large screens, light and dark. */
export function htmlOf({ tone, badge, title, lead, page, parts, folded = [] }: MailDocument): string {
  return `<!doctype html>${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${badge} ${oneLine(title, limits.name)}`}</title>
        <style dangerouslySetInnerHTML={{ __html: darkStyle }} />
      </head>
      <body class="hf-page" style={styles.page}>
        <table role="presentation" class="hf-outer" style={styles.outer}>
          <tr>
            <td style={styles.margin}>
              <table role="presentation" class="hf-card" style={styles.card}>
                <tr>
                  <td class="hf-head" style={styles.head}>
                    <span class={`hf-on-${tone}`} style={`${styles.badge};${grounds[tone]}`}>
                      {badge}
                    </span>
                    <h1 style={styles.title}>
                      <Text text={title} limit={limits.name} />
                    </h1>
                    {lead.map((sentence) => (
                      <p style={styles.lead}>
                        <Text text={sentence} limit={limits.lead} />
                      </p>
                    ))}
                    {page === undefined ? null : (
                      <p style={styles.lead}>
                        <Linked text={page} link={page} />
                      </p>
                    )}
                  </td>
                </tr>
                {parts.map((part) => (
                  <tr>
                    <td class="hf-part" style={styles.part}>
                      <Section part={part} />
                    </td>
                  </tr>
                ))}
                {folded.length === 0 ? null : (
                  <tr>
                    <td class="hf-part" style={styles.part}>
                      <Folded parts={folded} />
                    </td>
                  </tr>
                )}
                <tr>
                  <td class="hf-foot" style={styles.foot}>
                    Holdfast · sent by a machine
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html>,
  )}`;
}

/** Mail programs that cannot fold parts show all of them. */
function Folded({ parts }: { parts: readonly Part[] }) {
  return (
    <details>
      <summary class="hf-section" style={styles.summary}>
        {foldTitle(parts)}
      </summary>
      {parts.map((part) => (
        <div style={styles.folded}>
          <Section part={part} />
        </div>
      ))}
    </details>
  );
}
