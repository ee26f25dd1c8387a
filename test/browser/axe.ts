/** What axe finds on a page that keeps somebody from using it. */

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import * as z from 'zod';

const found = z.object({
  passes: z.array(z.unknown()),
  violations: z.array(z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** With the size of what is pressed, which axe leaves out unless it is asked. A script of the browser's user is not a script of the page: it is let in past the page's policy. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const { violations, passes } = found.parse(await page.evaluate('axe.run({ rules: { "target-size": { enabled: true } } })'));
  // It has looked at a page, and not at nothing.
  expect(passes.length).toBeGreaterThan(15);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}
