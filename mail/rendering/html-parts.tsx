import type { ComponentChildren } from "preact";
import type { LogLine } from "../../domain/mail/details/decisive-lines.js";
import { type Fact, type Item, limits, type Mark, type Part, type Tone } from "../mail-document.js";
import { grounds, inks, styles } from "./style.js";
import { logLine, oneLine } from "./plain.js";

/** A part of a mail, with its title. */
export function Section({ part }: { part: Part }) {
  return (
    <>
      <h2 class="hf-section" style={styles.section}>
        {part.title}
      </h2>
      {content(part)}
    </>
  );
}

/** Untrusted text: its direction and marks affect only its own element. */
export function Text({ text, limit }: { text: string; limit: number }) {
  return <bdi>{oneLine(text, limit)}</bdi>;
}

function Toned({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  if (tone === "plain") return <>{children}</>;
  return (
    <span class={`hf-${tone}`} style={inks[tone]}>
      {children}
    </span>
  );
}

function content(part: Part): ComponentChildren {
  switch (part.kind) {
    case "prose":
      return part.lines.map((line) => (
        <p style={styles.lead}>
          <Text text={line} limit={limits.lead} />
        </p>
      ));
    case "facts":
      return <Facts facts={part.facts} />;
    case "items":
      return <Items lead={part.lead} items={part.items} more={part.more} />;
    case "excerpt":
      if (part.excerpt.lines.length === 0) return <Soft>({part.empty})</Soft>;
      return <Excerpt lines={part.excerpt.lines} />;
    case "marks":
      return <Marks lead={part.lead} marks={part.marks} legend={part.legend} />;
    case "commands":
      return <Commands lead={part.lead} commands={part.commands} />;
  }
}

function Soft({ children }: { children: ComponentChildren }) {
  return (
    <p class="hf-soft" style={styles.soft}>
      {children}
    </p>
  );
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <table style={styles.facts}>
      {facts.map(({ name, value, link, tone }) => (
        <tr>
          <th class="hf-name" style={styles.name} scope="row">
            <Text text={name} limit={limits.name} />
          </th>
          <td style={styles.value}>
            <Toned tone={tone ?? "plain"}>
              <Linked text={value} link={link} />
            </Toned>
          </td>
        </tr>
      ))}
    </table>
  );
}

/** Text with a link, if the address is a web address. */
export function Linked({ text, link }: { text: string; link: string | undefined }) {
  const shown = <Text text={text} limit={limits.value} />;
  if (link === undefined || !/^https?:\/\//.test(link)) return shown;
  return (
    <a class="hf-link" style={styles.link} href={oneLine(link, 2_000)}>
      {shown}
    </a>
  );
}

/** Colors are never the only difference. */
const toneSigns = { good: "✓", bad: "✕", held: "!", plain: "·" } as const;

function Items({ lead, items, more }: { lead: string | undefined; items: Item[]; more: number }) {
  return (
    <>
      {lead === undefined ? null : (
        <p style={styles.lead}>
          <Text text={lead} limit={limits.lead} />
        </p>
      )}
      <ul style={styles.list}>
        {items.map(({ text, tone, aside, detail = [], link, also }) => (
          <li style={styles.item}>
            <span class={`hf-${tone}`} style={`${styles.sign};${inks[tone]}`}>
              {toneSigns[tone]}
            </span>
            <Linked text={text} link={link} />
            {aside === undefined || aside === "" ? null : (
              <span class="hf-soft" style={styles.aside}>
                {" "}
                <Text text={aside} limit={limits.aside} />
              </span>
            )}
            {detail.length === 0 ? null : (
              <div class="hf-detail" style={styles.detail}>
                {detail.map((line) => (
                  <div>
                    <bdi>{logLine(line, limits.value)}</bdi>
                  </div>
                ))}
              </div>
            )}
            {also === undefined ? null : (
              <div style={styles.also}>
                <Linked text={also.text} link={also.link} />
              </div>
            )}
          </li>
        ))}
      </ul>
      {more === 0 ? null : <Soft>and {more} more</Soft>}
    </>
  );
}

function Excerpt({ lines }: { lines: LogLine[] }) {
  let last = lines[0]!.number - 1;
  return (
    <div class="hf-sheet" style={styles.sheet}>
      {lines.map(({ number, text, isKey }) => {
        const isGap = number > last + 1;
        last = number;
        return (
          <>
            {isGap ? <div style={styles.line}>⋯</div> : null}
            <div
              {...(isKey ? { class: "hf-on-bad" } : {})}
              style={isKey ? `${styles.line};${grounds.bad}` : styles.line}
            >
              <bdi>{logLine(text, limits.logLine) || "\u00a0"}</bdi>
            </div>
          </>
        );
      })}
    </div>
  );
}

const signTones = { "+": "good", "~": "held", "-": "bad" } as const;
const signFaces = { "+": "✓", "~": "~", "-": "✕" } as const;

function Marks({ lead, marks, legend }: { lead: string; marks: Mark[]; legend: string }) {
  return (
    <>
      <p style={styles.lead}>{lead}</p>
      <p style={styles.lead}>
        {marks.map(({ sign, says }) => (
          <span
            class={`hf-on-${signTones[sign]}`}
            style={`${styles.mark};${grounds[signTones[sign]]}`}
            title={oneLine(says, limits.aside)}
          >
            {signFaces[sign]}
          </span>
        ))}
      </p>
      {marks.length === 0 ? null : <Soft>{legend.replaceAll("+", "✓").replaceAll("-", "✕")}</Soft>}
    </>
  );
}

function Commands({ lead, commands }: { lead: string; commands: string[] }) {
  return (
    <>
      <Soft>{lead}</Soft>
      <div class="hf-sheet" style={styles.sheet}>
        {commands.map((command) => (
          <div style={styles.line}>
            <bdi>{logLine(command, limits.command)}</bdi>
          </div>
        ))}
      </div>
    </>
  );
}
