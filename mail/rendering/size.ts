import type { MailDocument, Part } from "../mail-document.js";

/** Counted in the encoding of relays. Both forms and the header together stay below 200 kB. */
const bytesAtMost = 175_000;
/** How much of each list and value is kept, tried one after the other. */
const shares = [0.6, 0.35, 0.15, 0.05] as const;
const longestValue = 600;

interface Forms {
  body: string;
  html: string;
}

/** Both forms of a mail. If it is too large, its lists and values are shortened. */
export function fit(letter: MailDocument, write: (letter: MailDocument) => Forms): Forms {
  const tries = shares.map((share) => () => {
    const shortened = (parts: readonly Part[]) => parts.map((part) => shorten(part, share));
    return write({ ...letter, parts: shortened(letter.parts), folded: shortened(letter.folded ?? []) });
  });
  let forms = write(letter);
  for (const next of tries) {
    if (sizeOf(forms.body) + sizeOf(forms.html) <= bytesAtMost) break;
    forms = next();
  }
  return forms;
}

/** Approximate bytes in quoted-printable (RFC 2045, section 6.7): each byte that is not ASCII, and `=`, takes three. */
function sizeOf(text: string): number {
  const ascii = text.replace(/[^\u0000-\u007f]+/g, "").length;
  const equals = text.split("=").length - 1;
  return 1.05 * (ascii + 2 * equals + 3 * (Buffer.byteLength(text) - ascii));
}

function shorten(part: Part, share: number): Part {
  const kept = (count: number) => Math.max(1, Math.floor(count * share));
  const clip = (text: string) => text.slice(0, Math.ceil(longestValue * share));
  switch (part.kind) {
    case "prose":
      return { ...part, lines: part.lines.slice(0, kept(part.lines.length)).map(clip) };
    case "facts": {
      // Short tables have the most important facts, so they are not shortened.
      const facts = part.facts.slice(0, Math.max(9, kept(part.facts.length)));
      return { ...part, facts: facts.map((fact) => ({ ...fact, name: clip(fact.name), value: clip(fact.value) })) };
    }
    case "items": {
      const items = part.items.slice(0, kept(part.items.length));
      const more = part.more + part.items.length - items.length;
      const shown = items.map((item) => ({ ...item, text: clip(item.text), detail: (item.detail ?? []).map(clip) }));
      return { ...part, items: shown, more };
    }
    case "excerpt": {
      const key = Math.max(0, part.excerpt.lines.findIndex(({ isKey }) => isKey) - 1);
      const lines = part.excerpt.lines.slice(key, key + kept(part.excerpt.lines.length));
      return { ...part, excerpt: { ...part.excerpt, lines } };
    }
    case "commands":
    case "marks":
      return part;
  }
}
