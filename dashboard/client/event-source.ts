const retryMs = 2_000;

/** What is done with the events of a stream. */
interface Listeners {
  /** By the kind of event. Returns whether the stream has ended. */
  events: Record<string, (event: MessageEvent<string>) => boolean | void>;
  onConnection?: (isThere: boolean) => void;
  /** Whether the events are still wanted when the connection is lost. */
  isWanted?: () => boolean;
}

/** Follows a stream. A browser gives up after an answer that is an error, such as 503; then this connects again. */
export function followStream(addressOf: () => string, listeners: Listeners): void {
  const { events, onConnection = () => undefined, isWanted = () => true } = listeners;
  const source = new EventSource(addressOf());
  source.addEventListener("open", () => onConnection(true));
  for (const [kind, listen] of Object.entries(events))
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      if (listen(event) === true) source.close();
    });
  source.addEventListener("error", () => {
    onConnection(false);
    if (!isWanted()) source.close();
    else if (source.readyState === EventSource.CLOSED) setTimeout(() => followStream(addressOf, listeners), retryMs);
  });
}
