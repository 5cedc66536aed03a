-- An order of two that holds two places of one quota.
\set start random(1, :capacity)
SELECT * FROM events_event e JOIN accounts_organizer o ON o.id = e.organizer_id WHERE e.id = :event;
SELECT * FROM variants_variant WHERE event_id = :event AND id = :variant;
SELECT * FROM orders_order WHERE state IN ('open', 'pending') AND address_hash = md5(random()::text);
BEGIN;
SELECT pg_advisory_xact_lock_shared(7001, :event);
SELECT * FROM inventory_draw d JOIN inventory_quota q ON q.id = d.quota_id WHERE d.variant_id = :variant;
INSERT INTO orders_order (reference, state, channel, buyer, address_hash, email, name, holder_names, language,
        key_version, currency, total_minor, fee_minor, claim, pay_by, created_at, late, terms_version,
        idempotency_scope, idempotency_key, request_hash, event_id, organizer_id, billing, buyer_fee_minor,
        discount_minor, passes_provider_fee, voucher_minor)
    SELECT substr(md5(key::text), 1, 12), 'open', 'web', 'browser:' || key, md5(key::text), '', '', '[]', 'de', 1,
        'EUR', 7600, 380, key, now() + interval '15 minutes', now(), false, 0, '', '', '', :event, :organizer,
        '{}', 0, 0, false, 0
    FROM gen_random_uuid() AS key RETURNING id, claim \gset
WITH picked AS (
    SELECT id FROM inventory_place
    WHERE quota_id = :quota AND claimed_until = '-infinity' AND number >= :start
    ORDER BY number LIMIT 2 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE inventory_place p SET claim = :claim, claimed_until = now() + interval '15 minutes'
    FROM picked WHERE p.id = picked.id RETURNING p.id, p.claimed_until;
INSERT INTO orders_orderline (name, quantity, unit_price_minor, total_minor, tax_rate, tax_minor, fee_minor,
        order_id, variant_id, buyer_fee_minor, discount_minor, refund_percent, refund_keeps_fee)
    VALUES ('Parkett', 2, 3800, 7600, 7, 497, 380, :id, :variant, 0, 0, 100, false) RETURNING id;
COMMIT;
