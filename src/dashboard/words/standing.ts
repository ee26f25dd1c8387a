/** Where an order stands, in a sentence or two. Nothing in it changes while nothing happens, so that it can be said aloud once. */

import type { OrderReview } from '../../order/orders-port.ts';
import type { Insight } from '../story/insight.ts';
import { grouped } from './amounts.ts';
import { plain } from './names.ts';
import { duration } from './times.ts';
import { undirected } from './visible.ts';
import { waitWords } from './waits.ts';

export function standing({ state, view, waits }: Insight): string {
  const { cause, ending, endedAt, placedAt } = state;
  const took = duration((endedAt ?? placedAt) - placedAt);
  const why = cause ? ` ${CAUSES[cause.status]}: ${undirected(cause.message)}.` : '';
  switch (ending) {
    case 'completed':
      return state.shipment ? `Completed after ${took}; the parcel is ${state.shipment.stage}.` : `Completed after ${took}.`;
    case 'compensated':
      return `Rolled back.${why} Whatever had been done is undone.`;
    case 'needs_review': {
      const steps =
        view.review?.items.map(({ step, operation }) => (operation === 'undo' ? `the undo of ${plain(step)}` : plain(step))) ?? [];
      return `A person has to settle ${steps.join(' and ')}.${outstandingWords(view.review)}${why}`;
    }
    case null: {
      const waiting = waits.map((wait) => waitWords(wait)).map(({ step, what }) => `${step} ${what}.`);
      return [cause ? `On its way back.${why}` : null, ...waiting].filter((part) => part !== null).join(' ');
    }
    default:
      return ending satisfies never;
  }
}

function outstandingWords(review: OrderReview | null): string {
  const sums =
    review?.items.flatMap(({ outstanding }) =>
      outstanding.kind === 'money' ? [`${grouped(outstanding.amount ?? '')} ${outstanding.currency}`] : [],
    ) ?? [];
  return sums.length === 0 ? '' : ` Outstanding: ${sums.join(', ')}.`;
}

const CAUSES = { failed: 'It failed', cancelled: 'It was cancelled' } as const;
