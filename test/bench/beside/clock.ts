/** The machine's clock in milliseconds and fractions of one: processes on one machine compare their times by it. */

export const nowMs = (): number => performance.timeOrigin + performance.now();
