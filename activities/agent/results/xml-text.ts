const replacement = "\ufffd";
/** No entity is longer than this. With longer text after it, an ampersand is plain text. */
const longestEntity = 12;
const knownEntities = new Set(["amp", "lt", "gt", "quot", "apos"]);

/**
 * Makes the text of a report fit for an XML parser, piece by piece. Test runners copy what a test printed, and XML forbids some
 * of that: control characters, surrogates as two numeric entities, unknown entities, bare ampersands, `]]>`. Each of them is
 * corrected or becomes a replacement character, so that the report can still be read.
 */
export class XmlText {
  #rest = "";
  /** A high surrogate that came as an entity and needs its other half. */
  #high: number | null = null;
  #isInCdata = false;

  /** Returns the part of the text that is complete so far. */
  write(text: string): string {
    const all = this.#rest + text;
    // An entity, or the marks around CDATA, may be cut by the end of a piece.
    const cut = Math.max(0, all.length - longestEntity);
    const ampersand = all.indexOf("&", cut);
    const mark = all.slice(cut).search(/<!?\[?C?D?A?T?A?\[?$|\]{1,2}$/);
    const ends = [ampersand, mark < 0 ? -1 : cut + mark].filter((index) => index >= 0);
    const end = ends.length === 0 ? all.length : Math.min(...ends);
    this.#rest = all.slice(end);
    return this.#clean(all.slice(0, end));
  }

  end(): string {
    const rest = this.#clean(this.#rest);
    this.#rest = "";
    return rest + this.#flushHigh();
  }

  #clean(text: string): string {
    let cleaned = "";
    let from = 0;
    while (from < text.length) {
      const mark = this.#isInCdata ? text.indexOf("]]>", from) : text.indexOf("<![CDATA[", from);
      const to = mark < 0 ? text.length : mark;
      const part = text.slice(from, to);
      cleaned += this.#isInCdata ? readable(part) : this.#markup(part);
      if (mark < 0) break;
      cleaned += this.#flushHigh() + (this.#isInCdata ? "]]>" : "<![CDATA[");
      from = mark + (this.#isInCdata ? 3 : 9);
      this.#isInCdata = !this.#isInCdata;
    }
    return cleaned;
  }

  #markup(text: string): string {
    const parts = text.split(/(&[#\w.-]{1,10};|&|\]\]>)/);
    return parts
      .map((part, index) => {
        if (index % 2 === 0) return part === "" ? "" : this.#flushHigh() + readable(part);
        return part.startsWith("&") ? this.#entity(part) : `${this.#flushHigh()}]]&gt;`;
      })
      .join("");
  }

  #entity(entity: string): string {
    const name = entity.slice(1, -1);
    if (entity === "&") return `${this.#flushHigh()}&amp;`;
    if (knownEntities.has(name)) return this.#flushHigh() + entity;
    const code = codeOf(name);
    if (code === undefined) return this.#flushHigh() + replacement;
    const isHigh = code >= 0xd800 && code <= 0xdbff;
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    if (isLow && this.#high !== null) {
      const whole = String.fromCharCode(this.#high, code);
      this.#high = null;
      return whole;
    }
    const before = this.#flushHigh();
    if (isHigh) this.#high = code;
    if (isHigh) return before;
    return before + (isAllowed(code) ? entity : replacement);
  }

  #flushHigh(): string {
    if (this.#high === null) return "";
    this.#high = null;
    return replacement;
  }
}

/** The number of `#128512` or `#x1f600`; undefined for anything else. */
function codeOf(name: string): number | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return Number.isFinite(code) ? code : undefined;
}

function isAllowed(code: number): boolean {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  return code > 0x1f ? code < 0xfffe || code > 0xffff : code === 9 || code === 10 || code === 13;
}

/** Text without the characters that XML 1.0 forbids (section 2.2). */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, replacement);
}
