-- The read model: what the orders' objects have told of themselves. Every row can be made again from their journals.
-- A written row costs money, and an index is one: each is here for one question that would look at every order without it.

-- Newest first within a tenant is the order of the table itself. Times are milliseconds since 1970.
CREATE TABLE orders (
  tenant TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  -- Of the order's last event that is known here: an older summary changes nothing.
  seq INTEGER NOT NULL,
  saga TEXT NOT NULL,
  saga_status TEXT NOT NULL,
  status TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  tracking_number TEXT,
  -- When the order moves by itself at the latest; null at rest.
  due_at INTEGER,
  summary TEXT NOT NULL,
  PRIMARY KEY (tenant, placed_at, order_id)
) WITHOUT ROWID;

CREATE INDEX orders_by_status ON orders (tenant, status);
CREATE INDEX orders_by_saga_status ON orders (tenant, saga_status);
CREATE INDEX orders_by_customer ON orders (tenant, customer_id);
CREATE INDEX orders_by_tracking_number ON orders (tracking_number) WHERE tracking_number IS NOT NULL;
CREATE INDEX orders_by_due_time ON orders (due_at) WHERE due_at IS NOT NULL;

-- One row for each step that waits for a person.
CREATE TABLE reviews (
  tenant TEXT NOT NULL,
  order_id TEXT NOT NULL,
  step TEXT NOT NULL,
  operation TEXT NOT NULL,
  nth INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  -- RFC 3339, as on the wire.
  since TEXT NOT NULL,
  PRIMARY KEY (tenant, order_id, step, operation, nth)
) WITHOUT ROWID;

CREATE INDEX reviews_by_cause ON reviews (step, operation, code, since);

-- Counts, in one row for each tenant's saga: an order that moves writes this row, however much there is to count.
CREATE TABLE tallies (
  tenant TEXT NOT NULL,
  saga TEXT NOT NULL,
  started INTEGER NOT NULL,
  -- So many orders stand there now.
  running INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  compensating INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  compensated INTEGER NOT NULL,
  needs_review INTEGER NOT NULL,
  -- So often has an order come to rest in this way.
  ended_completed INTEGER NOT NULL,
  ended_compensated INTEGER NOT NULL,
  ended_needs_review INTEGER NOT NULL,
  -- How long orders took, from their placing to their first end: so many in so many milliseconds at most.
  took_500 INTEGER NOT NULL,
  took_1000 INTEGER NOT NULL,
  took_2500 INTEGER NOT NULL,
  took_5000 INTEGER NOT NULL,
  took_10000 INTEGER NOT NULL,
  took_30000 INTEGER NOT NULL,
  took_60000 INTEGER NOT NULL,
  took_300000 INTEGER NOT NULL,
  took_600000 INTEGER NOT NULL,
  took_1800000 INTEGER NOT NULL,
  took_7200000 INTEGER NOT NULL,
  took_count INTEGER NOT NULL,
  took_sum INTEGER NOT NULL,
  PRIMARY KEY (tenant, saga)
) WITHOUT ROWID;

-- How often an operation failed for good.
CREATE TABLE step_failures (
  tenant TEXT NOT NULL,
  saga TEXT NOT NULL,
  step TEXT NOT NULL,
  operation TEXT NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (tenant, saga, step, operation)
) WITHOUT ROWID;

-- The tallies as they stood at a time, for charts; the sweep writes it and forgets what is old.
CREATE TABLE tally_history (
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  saga TEXT NOT NULL,
  tally TEXT NOT NULL,
  PRIMARY KEY (at, tenant, saga)
) WITHOUT ROWID;

-- What the sweep has found, since ever.
CREATE TABLE sweep_counts (
  name TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) WITHOUT ROWID;
