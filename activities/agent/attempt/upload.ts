/**
 * Retries an upload for up to `patienceMs`, until the API accepts it. An upload that the API refuses is not retried.
 * Returns whether it was accepted.
 */
export async function retryUpload(upload: () => Promise<void>, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(5_000, pauseMs * 2)) {
    try {
      await upload();
      return true;
    } catch (error) {
      const { status = 500 } = error as { status?: number };
      if (Date.now() > deadline || status < 500) return false;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
