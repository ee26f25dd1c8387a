-- Why orders wait for a person, and how many for each reason: an outage may park a hundred thousand orders, and has one cause. Each row is
-- what `reviews` has of that cause, counted. An order that goes well writes nothing here.
CREATE TABLE review_causes (
  step TEXT NOT NULL,
  operation TEXT NOT NULL,
  code TEXT NOT NULL,
  -- Rows of `reviews`: an order may have several, one for each channel.
  steps INTEGER NOT NULL,
  orders INTEGER NOT NULL,
  PRIMARY KEY (step, operation, code)
) WITHOUT ROWID;

INSERT INTO review_causes (step, operation, code, steps, orders)
SELECT step, operation, code, count(*), count(DISTINCT tenant || '/' || order_id) FROM reviews GROUP BY step, operation, code;
