/** Whatever ends this process ends first what it has started: signals, a reader that went away, its own end. */

/** The exit status of a process that a signal ends: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface Ending {
  /** Gives what was started the time to end by itself. */
  readonly stop: () => Promise<void>;
  /** Does not wait any more. */
  readonly stopNow: () => void;
}

/** Aborts `stopping` first: what fails because of that is not worth telling. A second signal does not wait any more. */
export function endWith({ stop, stopNow }: Ending, stopping: AbortController): void {
  const end = (status: number) => {
    if (stopping.signal.aborted) process.exit(status);
    stopping.abort();
    void stop().finally(() => process.exit(status));
  };
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      process.stdout.write(`\nStopped by ${signal}.\n`);
      end(status);
    });
  }
  // Nobody reads on, as with `| head`.
  process.stdout.once('error', () => end(1));
  process.once('exit', stopNow);
}
