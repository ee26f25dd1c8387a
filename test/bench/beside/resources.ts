/** What a process has used so far, as Linux tells it: processor time, memory, and, where `strace` is there, how often it waited for the disk. */

import { readFileSync, writeFileSync } from 'node:fs';

/** A clock tick of /proc, on every Linux there is. */
const TICK_MS = 10;

/** Of all its threads, in the kernel and outside of it. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const memoryKib = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

export const residentKib = (pid: number): number => memoryKib(pid, 'VmRSS');

/** The most that was resident since it was last asked to forget. */
export const peakKib = (pid: number): number => memoryKib(pid, 'VmHWM');

export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

const POLL_MS = 100;
const QUIET_POLLS = 8;

/** Resolves when it has done next to nothing for a while, `leastMs` from now at the earliest. */
export async function whenQuiet(pid: number, leastMs: number): Promise<void> {
  const from = Date.now();
  let before = cpuMs(pid);
  for (let quiet = 0; quiet < QUIET_POLLS || Date.now() - from < leastMs;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = cpuMs(pid);
    quiet = now - before < TICK_MS ? quiet + 1 : 0;
    before = now;
  }
}
