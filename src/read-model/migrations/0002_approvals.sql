-- Until when an order waits for a person to approve it; null where it waits for none. Few do, so the index costs the others nothing.
ALTER TABLE orders ADD COLUMN approval_until INTEGER;

UPDATE orders SET approval_until = (
  SELECT min(wait.value ->> '$.until') FROM json_each(orders.summary, '$.waits') AS wait WHERE wait.value ->> '$.for' = 'approval'
) WHERE saga_status = 'waiting';

CREATE INDEX orders_by_approval ON orders (tenant, approval_until) WHERE approval_until IS NOT NULL;
