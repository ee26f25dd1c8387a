/** What the order is: who placed it, where it goes, when, and by which names others know it. */

import type { Link } from '../link.ts';
import type { Insight } from '../story/insight.ts';
import { spelled } from '../words/names.ts';
import { exact } from '../words/times.ts';

interface FactsProps {
  readonly insight: Pick<Insight, 'view' | 'state'>;
  readonly link: Link;
}

export const Facts = ({ insight: { view, state }, link }: FactsProps) => {
  const { street, city, state: region, postal_code: postalCode, country } = view.shipping_address;
  const named = [
    ['Reservation', view.reservation_id],
    ['Payment', view.payment_id],
    ['Shipment', view.shipment_id],
    ['Tracking number', view.tracking_number],
    ['Trace', state.traceId],
  ] as const;
  return (
    <section id="facts" data-part class="sheet" aria-labelledby="facts-title">
      <h2 id="facts-title">Order</h2>
      <dl class="facts">
        <div>
          <dt>Customer</dt>
          <dd>
            <a href={link('', { q: view.customer_id })} title="Every order of this customer">
              <bdi>{view.customer_id}</bdi>
            </a>
          </dd>
        </div>
        <Fact name="Paid by" text={spelled(view.payment_method)} />
        <div>
          <dt>Ships to</dt>
          <dd>
            {[street, postalCode, city, region, country].map((part, index) => (
              <>
                {index > 0 && (index === 2 ? ' ' : ', ')}
                <bdi>{part}</bdi>
              </>
            ))}
          </dd>
        </div>
        <Fact name="Placed" text={exact(state.placedAt)} />
        <Fact name="Last moved" text={exact(state.updatedAt)} />
        <Fact name="Deadline" text={exact(state.deadlineAt)} />
        {named.map(([name, text]) => text !== null && <Fact name={name} text={text} isCode />)}
      </dl>
    </section>
  );
};

const Fact = ({ name, text, isCode = false }: { name: string; text: string; isCode?: boolean }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {isCode ? (
        <code>
          <bdi>{text}</bdi>
        </code>
      ) : (
        <bdi>{text}</bdi>
      )}
    </dd>
  </div>
);
