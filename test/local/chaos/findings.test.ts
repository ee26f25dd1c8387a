import { describe, expect, it } from 'vitest';
import { findingsOf, isClean } from '../../../src/local/chaos/findings.ts';
import type { Kill } from '../../../src/local/chaos/killing.ts';
import { isInFlight, recoveryOf, slowness, spreadOf } from '../../../src/local/chaos/recovery.ts';
import { table, violationText } from '../../../src/local/chaos/report.ts';
import { refund } from '../../../src/local/chaos/routes.ts';
import { absent, answer, COMPLETED, event, MONEY, outcomeOf, rolledBack } from './outcomes.ts';

const OPTIONS = { orders: 3, kills: 1, seed: 42 };

const kill = (changes: Partial<Kill> = {}): Kill => ({
  kind: 'random',
  killedAt: 50,
  commandAt: 60,
  readyAt: 80,
  sightings: [],
  ...changes,
});

const resting = (updatedAt: number) =>
  outcomeOf({
    order: { orderId: `resting-${updatedAt}` },
    view: { updated_at: updatedAt },
    history: [event(0, 'OrderPlaced'), event(updatedAt, 'OrderCompleted')],
  });

describe('the recovery', () => {
  it('is of those in flight when the kill came', () => {
    expect(isInFlight(COMPLETED, 50)).toBe(true);
    expect(isInFlight(COMPLETED, 100)).toBe(false);
    expect(isInFlight(COMPLETED, -1)).toBe(false);
  });

  it('counts an order that was cancelled after its end as in flight again', () => {
    expect(isInFlight([...COMPLETED, event(200, 'RollbackStarted'), event(300, 'OrderCompensated')], 250)).toBe(true);
  });

  it('is measured from the first answer and from the command', () => {
    const recovery = recoveryOf([resting(20), resting(1_080), resting(2_080), resting(3_080)], kill());
    expect(recovery).toMatchObject({
      placed: 4,
      inFlight: 3,
      sinceReady: { median: 2_000, p95: 3_000, max: 3_000 },
      sinceCommand: { max: 3_020 },
    });
  });

  it('breaks its promise where half take too long, or one does', () => {
    const violations = (...times: readonly number[]) => slowness(recoveryOf(times.map(resting), kill()));
    expect(violations(1_000, 2_000, 15_080)).toEqual([]);
    expect(violations(1_000, 2_000, 15_081)).toHaveLength(1);
    expect(violations(1_000, 5_081, 5_081)).toHaveLength(1);
    expect(violations()).toEqual([]);
  });

  it('ranks times by the nearest rank', () => {
    expect(spreadOf([3, 1, 2, 4])).toEqual({ median: 2, p95: 4, max: 4 });
    expect(spreadOf([])).toBeNull();
  });
});

describe('the findings', () => {
  const measured = { outcomes: [resting(1_000)], kill: kill({ kind: 'measurement' }) };
  const complaintsOf = (...outcomes: Parameters<typeof findingsOf>[0]) => findingsOf(outcomes, [kill()], measured).violations;

  it('hold each wrong order, and no other', () => {
    const wrong = rolledBack({ ledgers: { money: MONEY.charged } });
    expect(complaintsOf(outcomeOf(), wrong, absent()).map(({ outcome }) => outcome)).toEqual([wrong]);
  });

  it('say which boundary was never met', () => {
    const { notShown, violations, boundaries } = findingsOf([outcomeOf()], [kill()], measured);
    expect(boundaries.size).toBe(27);
    expect(notShown).toContain('no order was at the boundary "waiting for approval" when a kill came');
    expect(violations).toEqual([]);
  });

  it('count an interrupted call only where the history says so', () => {
    const sighting = { orderId: 'an-order', boundary: { name: 'refund: asked, not yet applied', interrupts: refund } };
    const met = (at: number) => {
      const interruption = event(at, 'AttemptInterrupted', { step: 'process_payment', data: { operation: 'undo', code: '' } });
      const outcome = rolledBack({ history: [event(0, 'OrderPlaced'), interruption, event(200, 'OrderCompensated')] });
      return findingsOf([outcome], [kill({ sightings: [sighting] })], measured).boundaries.get(sighting.boundary.name);
    };
    expect(met(90)).toBe(1);
    expect(met(40)).toBe(0);
  });
});

describe('a run', () => {
  const sighting = { orderId: 'an-order', boundary: { name: 'at rest', interrupts: null } };
  const met = kill({ killedAt: 50, readyAt: 80, sightings: [sighting] });
  const measured = { outcomes: [resting(1_000)], kill: kill({ kind: 'measurement', killedAt: 950, readyAt: 980 }) };
  const some = Array.from({ length: 8 }, () => outcomeOf());

  it('is clean where nothing is wrong and something came to pass', () => {
    expect(findingsOf(some, [met], measured)).toMatchObject({ violations: [], tooLittle: [] });
    expect(isClean(findingsOf(some, [met], measured))).toBe(true);
  });

  it('fails where nobody is served, whatever they are answered', () => {
    const unserved = (status: 'broken' | 401 | 500 | 503) => absent({ told: { answers: [answer(status)] } });
    const nobody = { ...measured, outcomes: [] };
    for (const status of [401, 500, 503] as const) {
      const findings = findingsOf([unserved(status)], [], nobody);
      expect(findings.violations[0]?.complaints).toEqual([`"place" was answered ${status}, and nobody was killing`]);
      expect(isClean(findings)).toBe(false);
    }
    expect(isClean(findingsOf([unserved('broken')], [], nobody))).toBe(false);
  });

  it.each([
    { name: 'too few orders were accepted', findings: () => findingsOf([...some, ...some.map(() => absent())], [met], measured) },
    { name: 'no boundary was met', findings: () => findingsOf(some, [kill()], measured) },
    { name: 'the recovery was not measured', findings: () => findingsOf(some, [met], { ...measured, outcomes: [] }) },
  ])('fails where $name', ({ findings }) => {
    expect(findings().violations).toEqual([]);
    expect(findings().tooLittle).toHaveLength(1);
    expect(isClean(findings())).toBe(false);
    expect(table(findings(), OPTIONS, 0)).toContain('PROVES NOTHING');
  });

  it('does not fail for being slow', () => {
    const slow = findingsOf(some, [met], { ...measured, outcomes: [resting(60_000)] });
    expect(slow.notShown).toContain('of 1 orders in flight half were at rest after 59020 ms and the last after 59020 ms');
    expect(table(slow, OPTIONS, 0)).toMatch(/last in 15 s +NO/);
    expect(isClean(slow)).toBe(true);
  });

  describe('judges an answer', () => {
    const complaintsOf = (...answers: Parameters<typeof answer>[]) =>
      findingsOf([outcomeOf({ told: { answers: answers.map((one) => answer(...one)) } })], [met], measured).violations;

    it.each([
      { what: 'taken', asked: 'cancel', status: 200 },
      { what: 'taken', asked: 'cancel', status: 202 },
      { what: 'too late', asked: 'cancel', status: 409 },
      { what: 'taken', asked: 'decide', status: 200 },
      { what: 'too late', asked: 'decide', status: 409 },
    ] as const)('as right: $asked, $what', ({ asked, status }) => {
      expect(complaintsOf([status, { asked }])).toEqual([]);
    });

    it.each([
      { asked: 'place', status: 200 },
      { asked: 'place', status: 422 },
      { asked: 'cancel', status: 404 },
      { asked: 'decide', status: 503 },
    ] as const)('as wrong: $asked, $status', ({ asked, status }) => {
      expect(complaintsOf([status, { asked }])).toHaveLength(1);
    });

    it('not at all while the coordinator was down, from the kill to the first answer after it', () => {
      const at = (from: number, to: number) => complaintsOf([503, { from, to }]).length;
      expect([at(40, 50), at(60, 70), at(80, 90), at(940, 990)]).toEqual([0, 0, 0, 0]);
      expect([at(40, 49), at(81, 90)]).toEqual([1, 1]);
    });
  });
});

describe('the report', () => {
  const wrong = rolledBack({ ledgers: { money: MONEY.charged } });
  const findings = findingsOf([outcomeOf(), wrong], [kill()], { outcomes: [resting(1_000)], kill: kill({ kind: 'measurement' }) });

  it('is a table with the seed, the fates and the figures', () => {
    const lines = table(findings, OPTIONS, 12_345).replaceAll(/ {2,}(?=\S)/g, ' | ');
    for (const line of ['seed | 42', 'completed | 2', 'took | 12 s', 'median 0.9 s']) expect(lines).toContain(line);
  });

  it('tells everything about a violation', () => {
    const [violation] = findings.violations;
    const text = violation ? violationText(violation, OPTIONS) : '';
    for (const part of [
      'an-order (seed 42)',
      'rolled back, but 66.85 was charged and 0.00 refunded',
      'RollbackStarted',
      '"charged":"66.85"',
    ])
      expect(text).toContain(part);
  });
});
