/**
 * Domain events as CloudEvents 1.0 (https://github.com/cloudevents/spec, extensions `sequence` and `traceparent`). Made from the journal
 * alone: an event that is published again is the same event, under the same `id`.
 */

import type { SagaDefinition } from '../saga/definition.ts';
import type { DomainEvent } from './domain-events.ts';
import { eventData, type EventData } from './event-data.ts';
import { eventId } from './history.ts';

export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique within its source, which is the order. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Counts the order's domain events from 1, without gaps; filled up with zeros, so that texts sort like the numbers. */
  readonly sequence: string;
  readonly sequencetype: 'Integer';
  readonly traceparent: string;
  /** The seal of the journal up to this event, by which its receiver can check the order's history later. */
  readonly journalhash: string;
  readonly data: EventData;
}

const SEQUENCE_DIGITS = 10;

export function cloudEventOf(definition: SagaDefinition, domainEvent: DomainEvent, journalhash: string): CloudEvent {
  const { seq, at, nth, name, number, after } = domainEvent;
  const { tenant, orderId } = after.order;
  const id = eventId(orderId, seq);
  return {
    specversion: '1.0',
    // Neither a fact's id nor an order's holds a dot.
    id: nth === 0 ? id : `${id}.${nth + 1}`,
    source: `/tenants/${encodeURIComponent(tenant)}/orders/${orderId}`,
    type: name,
    subject: orderId,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    sequence: String(number).padStart(SEQUENCE_DIGITS, '0'),
    sequencetype: 'Integer',
    // The fact's place in the journal is its span: the same each time, and never zero.
    traceparent: `00-${after.traceId}-${seq.toString(16).padStart(16, '0')}-01`,
    journalhash,
    data: eventData(definition, domainEvent),
  };
}
