export interface ServerEvent {
  event: string;
  id: string;
  data: unknown;
}

/** Yields the events of an answer as they arrive. */
export async function* readEventStream(answer: Response): AsyncGenerator<ServerEvent> {
  if (!answer.ok || answer.body === null) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
  let text = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = new Map(
        text
          .slice(0, end)
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const),
      );
      text = text.slice(end + 2);
      const data = fields.get("data");
      if (data !== undefined)
        yield { event: fields.get("event") ?? "message", id: fields.get("id") ?? "", data: JSON.parse(data) };
    }
  }
}
