/** A question to the file system: a kind and a path. */
export type Question = `${QuestionKind} ${string}`;
/**
 * The questions: does a file exist, does a folder exist, where does a path really lead, how large is a file, what does it
 * contain, and which names does a folder have?
 */
export type QuestionKind = "file" | "folder" | "real" | "size" | "text" | "names";

/** An answer. `stamp` describes the file just before it was read. While the stamp is the same, the text is the same. */
export interface FileAnswer {
  answer: string;
  stamp: string | null;
}

/** What a value depends on: its own questions, and the questions of the parts that it uses. */
export interface Dependencies {
  questions: ReadonlySet<Question>;
  parts: ReadonlySet<Dependencies>;
}

/** A value that is computed once, with the questions that it depends on. */
export interface Remembered<T> {
  value: T;
  asked: Dependencies;
}

/**
 * Records every question that the analysis asks the file system, and the answers. The same answers give the same result, so
 * a stored result is valid as long as none of its answers has changed.
 */
export class FileQuestions {
  readonly answers = new Map<Question, FileAnswer>();
  #asked = nothingAsked();

  note(kind: QuestionKind, path: string, answer: string, stamp: string | null = null): void {
    const question: Question = `${kind} ${path}`;
    this.#asked.questions.add(question);
    this.answers.set(question, { answer, stamp });
  }

  /** Returns everything asked since the last call. */
  take(): Dependencies {
    const asked = this.#asked;
    this.#asked = nothingAsked();
    return asked;
  }

  /** Computes a value once. Everything that uses the value depends on the same answers. */
  remember<T>(known: Map<string, Remembered<T>>, key: string, find: () => T): T {
    let found = known.get(key);
    if (found === undefined) {
      const outer = this.#asked;
      const own = (this.#asked = nothingAsked());
      try {
        found = { value: find(), asked: own };
        known.set(key, found);
      } finally {
        outer.parts.add(own);
        this.#asked = outer;
      }
    } else this.#asked.parts.add(found.asked);
    return found.value;
  }
}

function nothingAsked() {
  return { questions: new Set<Question>(), parts: new Set<Dependencies>() };
}
