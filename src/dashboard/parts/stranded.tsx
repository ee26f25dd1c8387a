/** An order that this deployment can't take further: what its journal says by itself, and what a person has to know meanwhile. */

import { factsOf } from '../../order/domain-events.ts';
import type { OrderJournal, OrderView, ReviewItem } from '../../order/orders-port.ts';
import type { Stranded as Why } from '../../order/stranded.ts';
import { strandedView } from '../../order/stranded-view.ts';
import type { SagaState } from '../../saga/state.ts';
import type { Desk } from '../desk.ts';
import { grouped } from '../words/amounts.ts';
import { plain, spelled } from '../words/names.ts';
import { strandedWords } from '../words/refusal.ts';
import { visible } from '../words/visible.ts';
import { Amount } from './amount.tsx';
import { Facts } from './facts.tsx';
import { CustomerStatus, SagaMark } from './status.tsx';

export const Stranded = ({ journal: { entries, stranded }, desk }: { readonly journal: OrderJournal; readonly desk: Desk }) => {
  const state = factsOf(entries).at(-1)?.after;
  return (
    <>
      <p class="problem" role="alert">
        <bdi>{strandedWords(stranded)}</bdi>
      </p>
      {stranded && state && <Known why={stranded} state={state} entries={entries} desk={desk} />}
      <section class="sheet" aria-labelledby="journal-title">
        <h2 id="journal-title">Journal</h2>
        {entries.length === 0 ? (
          <p>Nothing of it can be read.</p>
        ) : (
          <pre id="journal" tabindex={0}>
            {entries.map((entry) => visible(entry)).join('\n')}
          </pre>
        )}
      </section>
    </>
  );
};

interface KnownProps extends Pick<OrderJournal, 'entries'> {
  readonly why: Why;
  readonly state: SagaState;
  readonly desk: Desk;
}

const Known = ({ why, state, entries, desk }: KnownProps) => {
  const view = strandedView({ why, state, entries, since: null });
  return (
    <>
      <section id="headline" class="headline" aria-label="Where it stands">
        <p class="marks-line">
          <SagaMark status={view.saga_status} />
          <CustomerStatus status={view.status} saga={view.saga_status} />
          <strong class="total">
            <Amount amount={view.total} currency={view.currency} />
          </strong>
        </p>
        {view.review && (
          <p class="standing">Nothing is called for it until then{state.ending === null ? '; after that it goes on by itself' : ''}.</p>
        )}
      </section>
      {view.review && <Review review={view.review} />}
      <Facts insight={{ view, state }} link={desk.link} />
    </>
  );
};

const Review = ({ review }: { review: NonNullable<OrderView['review']> }) => {
  const steps = review.items.filter(({ step }) => step !== '');
  return steps.length === 0 ? null : (
    <section id="review" class="sheet" aria-labelledby="review-title">
      <h2 id="review-title">What may be outstanding</h2>
      <ul class="notes">
        {steps.map((item) => (
          <li>
            <bdi>{itemWords(item)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
};

function itemWords({ step, operation, attempts, outstanding }: ReviewItem): string {
  const what = operation === 'undo' ? `Undo of ${plain(step)}` : spelled(step);
  const reference = outstanding.reference === undefined ? '' : `, ${outstanding.reference}`;
  return `${what}, tried ${attempts === 1 ? 'once' : `${attempts} times`}: ${outstandingWords(outstanding)}${reference}.`;
}

function outstandingWords(outstanding: ReviewItem['outstanding']): string {
  switch (outstanding.kind) {
    case 'money':
      return `${grouped(outstanding.amount ?? '')} ${outstanding.currency ?? ''}`;
    case 'unknown':
      return 'nobody here knows what';
    case 'none':
      return 'nothing that is known';
    case 'stock':
    case 'shipment':
    case 'message':
      return `the ${outstanding.kind}`;
    default:
      return outstanding satisfies never;
  }
}
