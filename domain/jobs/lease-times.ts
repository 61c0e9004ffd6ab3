/** An offer that no agent has taken up within this time returns, in ms. */
export const offerMs = 15_000;

/** A lease lives this long after its agent last reported it, in ms. Longer than heartbeat timeout and kill time together. */
export const leaseMs = 60_000;
