const retryMs = 2_000;

/** Handlers of a stream. */
interface Listeners {
  /** One handler for each kind of event. It returns true if the stream has ended. */
  events: Record<string, (event: MessageEvent<string>) => boolean | void>;
  onConnection?: (isThere: boolean) => void;
  /** Whether the events are still wanted when the connection is lost. */
  isWanted?: () => boolean;
}

/** Follows a stream. A browser gives up after an error answer such as 503. In this case, this function reconnects. */
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
