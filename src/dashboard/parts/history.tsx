/** The journal, event by event, as it was written. */

import { historyOf } from '../../order/history.ts';
import type { Insight } from '../story/insight.ts';
import { duration } from '../words/times.ts';
import { visible } from '../words/visible.ts';

export const History = ({ insight: { definition, state, entries, seq } }: { readonly insight: Insight }) => (
  <section id="history" data-part class="sheet" aria-labelledby="history-title">
    <details id="history-details">
      <summary id="history-summary">
        <h2 id="history-title">History</h2> <span class="hint">{seq} events, as they stand in the journal</span>
      </summary>
      <div class="scroll" tabindex={0} role="region" aria-labelledby="history-title">
        <table class="history">
          <caption class="hidden">Events of this order, oldest first</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                No.
              </th>
              <th scope="col">At (UTC)</th>
              <th scope="col">Event</th>
              <th scope="col">Step</th>
              <th scope="col">Data</th>
            </tr>
          </thead>
          <tbody>
            {historyOf(definition, state.order.orderId, entries, 0).map((event) => (
              <tr>
                <td class="number">{event.seq}</td>
                <td class="nowrap">
                  <time datetime={event.at} title={`${duration(Date.parse(event.at) - state.placedAt)} after it was placed`}>
                    {event.at.slice(11, 23)}
                  </time>
                </td>
                <th scope="row">{event.type}</th>
                <td>{event.step ?? ''}</td>
                <td class="data">
                  <code>{visible(event.data)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  </section>
);
