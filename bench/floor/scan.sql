-- A ticket that was not in yet: looked at, admitted, on record.
\set ticket random(:first, :last)
SELECT * FROM accounts_apikey k JOIN accounts_organizer o ON o.id = k.organizer_id WHERE k.id = :key;
SELECT * FROM checkin_gate g JOIN events_event e ON e.id = g.event_id
    JOIN accounts_organizer o ON o.id = e.organizer_id WHERE g.id = :gate;
SELECT * FROM tickets_ticket t JOIN events_event e ON e.id = t.event_id
    JOIN variants_variant v ON v.id = t.variant_id WHERE t.id = :ticket;
BEGIN;
INSERT INTO checkin_scan (scan_id, code_hash, mode, direction, verdict, reason, decided_by, doubt, device_name, actor,
        overrule_words, scanned_at, happened_at, within_ms, received_at, answer, event_id, gate_id, ticket_id)
    VALUES (gen_random_uuid(), md5(random()::text) || md5(random()::text), 'door', 'in', 'admitted', '', 'server', '',
        'floor', 'key:1', '', now(), now(), 0, now(), repeat('x', 250), :event, :gate, :ticket)
    RETURNING scan_id AS scan \gset
INSERT INTO checkin_entry (ticket_id, event_id, gate_id, scan_id, device_name, at, within_ms, standing, turn,
        order_unknown, undone_by)
    VALUES (:ticket, :event, :gate, :scan, 'floor', now(), 0, 'regular', 1, false, '')
    ON CONFLICT (ticket_id, turn) WHERE standing = 'regular' AND undone_at IS NULL DO NOTHING;
COMMIT;
