-- One row by its slug: what a page must ask at least when it is kept nowhere.
SELECT * FROM events_event e JOIN seating_venue v ON v.id = e.venue_id
    JOIN accounts_organizer o ON o.id = e.organizer_id WHERE e.slug = :slug;
