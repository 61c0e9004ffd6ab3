/** What was asked of the file system: a kind and a path. */
export type Question = `${QuestionKind} ${string}`;
/** Whether a file or folder is there, where a path really leads, how large a file is, what it contains, which names a folder has. */
export type QuestionKind = "file" | "folder" | "real" | "size" | "text" | "names";

/** An answer. `stamp` says what a file looked like before it was read: while it looks the same, its text is the same. */
export interface FileAnswer {
  answer: string;
  stamp: string | null;
}

/** What something depends on: questions, and whatever the parts that it uses depend on. */
export interface Asked {
  questions: ReadonlySet<Question>;
  parts: ReadonlySet<Asked>;
}

/** A value that was found once, with what it depends on. */
export interface Remembered<T> {
  value: T;
  asked: Asked;
}

/**
 * Notes everything that reading code asks the file system, and the answers. The same answers give the same result, so a
 * stored result counts as long as all its answers are what they were.
 */
export class FileQuestions {
  readonly answers = new Map<Question, FileAnswer>();
  #asked = nothingAsked();

  note(kind: QuestionKind, path: string, answer: string, stamp: string | null = null): void {
    const question: Question = `${kind} ${path}`;
    this.#asked.questions.add(question);
    this.answers.set(question, { answer, stamp });
  }

  /** All that was asked since the last call. */
  take(): Asked {
    const asked = this.#asked;
    this.#asked = nothingAsked();
    return asked;
  }

  /** Finds a value once. Everything that uses it depends on the same answers. */
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
  return { questions: new Set<Question>(), parts: new Set<Asked>() };
}
