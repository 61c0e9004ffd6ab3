/** One answer of the grid that gives its time. Times in ms since the epoch; the round trip in ms. */
export interface ClockSample {
  sentAt: number;
  receivedAt: number;
  gridTime: number;
}

export interface ClockDifference {
  /** The offset to add to the machine's clock to get the grid's, in ms. */
  offsetMs: number;
  /** The possible error of the offset, in ms. */
  errorMs: number;
}

/**
 * The offset according to the fastest answer; null without a valid sample. The grid read its clock at some moment of the
 * round trip (RFC 5905, section 8).
 */
export function clockDifference(samples: readonly ClockSample[]): ClockDifference | null {
  const measured = samples
    // If the clock was set back during a request, its answer measures nothing.
    .filter(({ sentAt, receivedAt }) => receivedAt >= sentAt)
    .map(({ sentAt, receivedAt, gridTime }) => ({
      offsetMs: Math.round(gridTime - (sentAt + receivedAt) / 2),
      errorMs: Math.ceil((receivedAt - sentAt) / 2) + 1,
    }));
  const [best] = measured.sort((left, right) => left.errorMs - right.errorMs);
  return best ?? null;
}
