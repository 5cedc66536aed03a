-- The rest of a purchase, after placing: details, payment begun, paid, everything written that a sale writes.
BEGIN;
UPDATE orders_order SET email = 'floor@besuch.example', name = 'Mira', terms_version = 1, terms_accepted_at = now()
    WHERE id = :id;
COMMIT;
BEGIN;
SELECT * FROM orders_order WHERE id = :id FOR NO KEY UPDATE;
UPDATE inventory_place SET claimed_until = now() + interval '20 minutes' WHERE claim = :claim;
INSERT INTO payments_payment (reference, purpose, provider, state, amount_minor, currency, request, attempt, ids,
        provider_id, redirect_url, reason, pay_by, outcome_unknown, needs_review, superseded, polls, created_at)
    VALUES (substr(md5(:claim), 1, 16), 'floor:' || :id, 'paypal', 'created', 7600, 'EUR',
        jsonb_build_object('body', repeat('x', 800)), 1, '{}', '', '', '', now(), false, false, false, 0, now())
    RETURNING id AS payment \gset
INSERT INTO orders_orderpayment (applied, order_id, payment_id) VALUES (false, :id, :payment);
UPDATE orders_order SET state = 'pending' WHERE id = :id AND state = 'open';
INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
    VALUES ('orders.order', :id, 'open', 'pending', 'floor', '', now());
COMMIT;
BEGIN;
SELECT * FROM payments_payment WHERE id = :payment FOR NO KEY UPDATE;
UPDATE payments_payment SET state = 'awaiting_buyer', provider_id = 'cs_' || :claim WHERE id = :payment;
INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
    VALUES ('payments.payment', :payment, 'created', 'awaiting_buyer', 'floor', '', now());
COMMIT;
BEGIN;
SELECT * FROM orders_order WHERE id = :id FOR NO KEY UPDATE;
SELECT * FROM payments_payment WHERE id = :payment FOR NO KEY UPDATE;
UPDATE payments_payment SET state = 'captured', captured_at = now() WHERE id = :payment;
INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
    VALUES ('payments.payment', :payment, 'awaiting_buyer', 'captured', 'floor', '', now());
UPDATE inventory_place SET claimed_until = 'infinity' WHERE claim = :claim;
UPDATE orders_order SET state = 'paid', paid_at = now() WHERE id = :id AND state = 'pending';
INSERT INTO core_statechange (subject, subject_id, source, target, actor, reason, at)
    VALUES ('orders.order', :id, 'pending', 'paid', 'floor', '', now());
WITH ticket AS (
    INSERT INTO tickets_ticket (reference, state, version, holder_name, access_level, place_label, issued_at,
            event_id, variant_id)
        SELECT substr(md5(:claim || n), 1, 12), 'valid', 1, 'Mira', '', '', now(), :event, :variant
        FROM generate_series(1, 2) AS n RETURNING id
), unit AS (
    INSERT INTO orders_unit (line_id, ticket_id)
        SELECT (SELECT id FROM orders_orderline WHERE order_id = :id), id FROM ticket RETURNING id
)
INSERT INTO orders_unitplace (unit_id, place_id)
    SELECT u.id, p.id FROM (SELECT id, row_number() OVER () AS n FROM unit) u
    JOIN (SELECT id, row_number() OVER () AS n FROM inventory_place WHERE claim = :claim) p USING (n);
UPDATE orders_orderpayment SET applied = true WHERE payment_id = :payment;
WITH posting AS (
    INSERT INTO ledger_posting (kind, key, subject, lines, at)
        VALUES ('sale', 'floor:' || :id, 'floor:' || :id, 2, now()) RETURNING id
)
INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
    SELECT posting.id, account.id, account.amount FROM posting,
        (SELECT id, 7600 * (3 - 2 * row_number() OVER ()) AS amount
         FROM ledger_ledgeraccount WHERE currency = 'EUR' ORDER BY id LIMIT 2) AS account;
WITH message AS (
    INSERT INTO outbox_message (topic, subject, payload, created_at)
        VALUES ('floor', 'floor:' || :id, '{}', now()) RETURNING id
)
INSERT INTO outbox_delivery (handler, queue, state, due_at, attempts, last_error, message_id)
    SELECT 'floor-' || n, 'floor', 'done', now(), 0, '', message.id FROM message, generate_series(1, 2) AS n;
COMMIT;
