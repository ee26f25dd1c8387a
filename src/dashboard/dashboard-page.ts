/** What a page brings: its routes below /dashboard, and its place among the pages that every page leads to. */

import type { Hono } from 'hono';
import type { DashboardEnv } from './desk.ts';

export interface NavigationEntry {
  readonly path: string;
  readonly label: string;
}

export interface DashboardPage {
  readonly routes: Hono<DashboardEnv>;
  readonly entry?: NavigationEntry;
}
