/** Those who wait for an order to come to rest. Each is told once, and none for longer than it said. */

export class RestWatch {
  readonly #waiting = new Set<() => void>();

  async wait(waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = setTimeout(resolve, waitMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  rested(): void {
    for (const resolve of this.#waiting) resolve();
  }
}
