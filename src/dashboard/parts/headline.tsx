/** Where the order stands, first of all: in a word, in a sentence, and whether it moves. */

import type { Desk } from '../desk.ts';
import { Amount } from './amount.tsx';
import { isOverdue } from '../overdue.ts';
import type { Insight } from '../story/insight.ts';
import { standing } from '../words/standing.ts';
import { clock } from '../words/times.ts';
import { CustomerStatus, OverdueMark, SagaMark } from './status.tsx';
import { When } from './when.tsx';

export const Headline = ({ insight, desk: { now } }: { readonly insight: Insight; readonly desk: Desk }) => {
  const { view, state, dueAt } = insight;
  return (
    <section id="headline" data-part class="headline" aria-label="Where it stands">
      <p class="marks-line">
        <SagaMark status={view.saga_status} />
        {isOverdue({ due_at: dueAt }, now) && <OverdueMark />}
        <CustomerStatus status={view.status} saga={view.saga_status} />
        <strong class="total">
          <Amount amount={view.total} currency={view.currency} />
        </strong>
      </p>
      <p class="standing">
        <bdi>{standing(insight)}</bdi>
      </p>
      <p class="moved">
        Last moved <When at={state.updatedAt} now={now} />
        {dueAt !== null && (
          <>
            . Moves by itself at {clock(dueAt, now)} (<When at={dueAt} now={now} />) at the latest.
          </>
        )}
        {isOverdue({ due_at: dueAt }, now) && <b> It should have moved by now and did not.</b>}
      </p>
    </section>
  );
};
