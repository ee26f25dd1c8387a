/** The page itself: how to begin, the order form, the services with their switches, and what the services' ledgers say of the last orders. */

import { SAGA_NAMES } from '../../dashboard/pages/orders-query.ts';
import type { Desk } from '../../dashboard/desk.ts';
import { spelled } from '../../dashboard/words/names.ts';
import type { StandingFault } from '../../participants/simulated/faults.ts';
import { SERVICE_NAMES } from '../../participants/simulated/services.ts';
import type { ParticipantName } from '../../saga/definition.ts';
import { GOODS } from './goods.ts';
import { isOn, MISHAPS } from './mishaps.ts';
import { Recent, type RecentOrder } from './recent.tsx';

interface TryItProps {
  readonly desk: Desk;
  readonly faults: readonly StandingFault[];
  readonly recent: readonly RecentOrder[];
}

export const TryIt = ({ desk, faults, recent }: TryItProps) => (
  <>
    <div class="head">
      <h1>Try it</h1>
    </div>
    <p class="intro">
      The services here are simulated. Break one, place an order, and watch what becomes of it: it goes back step by step, and in the end
      the ledgers balance. Only local use has this page.
    </p>
    <h2 class="over-sheets">
      1. Break a service <span class="hint">for every order, until you mend it</span>
    </h2>
    <div class="ways">
      {BY_MISHAPS.map((service) => (
        <Service desk={desk} service={service} faults={faults} />
      ))}
    </div>
    <OrderForm desk={desk} />
    <Recent desk={desk} recent={recent} />
  </>
);

const mishapsOf = (service: ParticipantName) => MISHAPS.filter((mishap) => mishap.service === service);

/** The one that most can go wrong with first. */
const BY_MISHAPS = SERVICE_NAMES.toSorted((one, other) => mishapsOf(other).length - mishapsOf(one).length);

const OrderForm = ({ desk }: { desk: Desk }) => (
  <section class="filters" aria-labelledby="order-title">
    <h2 id="order-title" class="over-sheets">
      2. Place an order
    </h2>
    <form method="post" action={desk.link('/try-it/orders')}>
      <label>
        What
        <select name="goods">
          {GOODS.map(({ sku, name, hint }) => (
            <option value={sku}>
              {name} ({hint})
            </option>
          ))}
        </select>
      </label>
      <label>
        How many
        <input name="quantity" type="number" min={1} max={99} value={1} required />
      </label>
      <label>
        Customer
        <input name="customer" value="ada" maxlength={128} required autocomplete="off" />
      </label>
      <label>
        Saga
        <select name="saga">
          {SAGA_NAMES.map((name) => (
            <option value={name}>{spelled(name)}</option>
          ))}
        </select>
      </label>
      <label>
        What goes wrong <span class="hint">with this order alone</span>
        <select name="mishap">
          <option value="">Nothing</option>
          {MISHAPS.map(({ id, service, words }) => (
            <option value={id}>
              {spelled(service)} {words}
            </option>
          ))}
        </select>
      </label>
      <div class="buttons">
        <button class="primary">Place the order</button>
      </div>
    </form>
  </section>
);

const Service = ({ desk, service, faults }: { desk: Desk; service: ParticipantName; faults: readonly StandingFault[] }) => {
  const own = faults.filter((fault) => fault.service === service);
  return (
    <section class="sheet switches" id={service} aria-labelledby={`${service}-title`}>
      <h3 id={`${service}-title`}>
        {spelled(service)} <State faults={own} />
      </h3>
      <form method="post" action={desk.link(`/try-it/services/${service}`)} class="buttons">
        {mishapsOf(service).map((mishap) => (
          <button name="mishap" value={mishap.id} aria-pressed={isOn(mishap, own) ? 'true' : 'false'}>
            {spelled(mishap.words)}
          </button>
        ))}
        {own.length > 0 && (
          <button class="primary" name="mishap" value="">
            Mend it
          </button>
        )}
      </form>
      <Others faults={own.filter((fault) => !MISHAPS.some((mishap) => isOn(mishap, [fault])))} />
    </section>
  );
};

const State = ({ faults }: { faults: readonly StandingFault[] }) => {
  if (faults.some(({ order_id: orderId }) => orderId === null)) return <span class="mark is-needs_review">Broken</span>;
  const orders = new Set(faults.map(({ order_id: orderId }) => orderId)).size;
  if (orders === 0) return <span class="mark is-completed">Works</span>;
  return <span class="mark is-waiting">{orders === 1 ? 'Broken for 1 order' : `Broken for ${orders} orders`}</span>;
};

/** What was switched on elsewhere, or for one order alone. */
const Others = ({ faults }: { faults: readonly StandingFault[] }) =>
  faults.length === 0 ? null : (
    <ul class="hint">
      {faults.slice(0, MOST_OTHERS).map(({ route, order_id: orderId, times_left: times, fault }) => (
        <li>
          <code>{route}</code>: {spelled(fault.kind).toLowerCase()}
          {orderId !== null && `, for order ${orderId}`}
          {times !== null && `, ${times} times`}
        </li>
      ))}
      {faults.length > MOST_OTHERS && <li>and {faults.length - MOST_OTHERS} more</li>}
    </ul>
  );

const MOST_OTHERS = 3;
