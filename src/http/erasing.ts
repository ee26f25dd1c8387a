/** `POST /api/v1/customers/{customer_id}/erase`: an operator has a person's data erased from their orders, so many at a time. */

import { Hono, type MiddlewareHandler } from 'hono';
import { customerErased } from '../read-model/erasing.ts';
import { allow, type EdgeEnv } from './access.ts';
import { answer } from './answer.ts';
import { described, json, operation } from './described.ts';
import { pageParameters } from './list-query.ts';
import { ofTenant } from './order-address.ts';
import { CustomerId } from './order-request.ts';
import { problemResponse } from './problem.ts';
import { invalidField } from './refusal.ts';

/** An id that no order can have is nobody's, and erases nothing. */
const inPath: MiddlewareHandler = described(
  {
    parameters: [{ in: 'path', name: 'customer_id', schema: CustomerId.meta({ description: 'The customer, by the id in their orders' }) }],
  },
  (_c, next) => next(),
);

export const erasingRoutes = () =>
  new Hono<EdgeEnv>().post(
    '/api/v1/customers/:customer_id/erase',
    operation({
      id: 'eraseCustomer',
      summary: 'Erases a person’s data from every order of theirs that rests',
      description: 'So many orders at a time: who asks until there is no `next_cursor` has asked all. May miss orders of the last seconds.',
      answers: { 200: json(customerErased, 'How many were erased, and what is left') },
    }),
    allow('operator'),
    inPath,
    ofTenant,
    pageParameters,
    async (c) => {
      const customer = { tenant: c.get('tenant'), customerId: c.req.param('customer_id') };
      const erased = await c.get('behind').readModel().eraseCustomer(customer, c.req.valid('query'));
      return erased ? answer(erased, 200) : problemResponse(invalidField('cursor', 'must be a next_cursor of the same customer'));
    },
  );
