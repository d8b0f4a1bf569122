-- What the native driver keeps in a replicated database. Nothing of it belongs to applications.

CREATE SCHEMA IF NOT EXISTS rdpg_replication AUTHORIZATION rdpg;
SET LOCAL ROLE rdpg;

-- A row says: `reader` has a subscription, known by `token`, to `writer`. The reader inserts it at
-- the writer once that subscription exists, so the row can only get to the reader through it.
-- Rows are never changed: a subscription that is made anew has another token, so another row.
CREATE TABLE IF NOT EXISTS rdpg_replication.marker (
    writer     text        NOT NULL, -- an address
    reader     text        NOT NULL, -- an address
    token      text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, reader, token)
);

-- This database's subscriptions. The token, which subscription.sql leaves as a comment, names this
-- very server, the peer's, and how many times it has subscribed there. What comes after the token,
-- "paused for" and a server, says that this one was stopped while that server copies from this one.
CREATE OR REPLACE VIEW rdpg_replication.subscription AS
SELECT s.oid AS id,
       s.subname AS name,
       substring(s.subconninfo FROM 'host=(\S+)') AS peer, -- as subscription.sql writes it
       s.subenabled AS enabled,
       split_part(obj_description(s.oid, 'pg_subscription'), ' ', 1) AS token,
       substring(obj_description(s.oid, 'pg_subscription') FROM ' paused for (\S+)$') AS paused_for
FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid
WHERE d.datname = current_database();

-- Do the rows of each peer arrive here? A subscription in the catalogue proves nothing: the
-- worker must run, and what was written at the peer must have come.
CREATE OR REPLACE VIEW rdpg_replication.readiness AS
SELECT peer, trouble IS NULL AS ready, coalesce(trouble, '') AS why
FROM (
    SELECT s.peer,
           CASE
               WHEN s.paused_for IS NOT NULL
                   THEN 'the subscription to it is paused while a new node copies from this one'
               WHEN NOT s.enabled
                   THEN 'the subscription to it is disabled'
               WHEN w.pid IS NULL
                   THEN 'no apply worker runs for it, this server''s log says why'
               WHEN EXISTS (SELECT FROM pg_subscription_rel r
                            WHERE r.srsubid = s.id AND r.srsubstate <> 'r')
                   THEN 'some of its tables are still being copied'
               WHEN NOT EXISTS (SELECT FROM rdpg_replication.marker m
                                WHERE m.writer = s.peer AND m.token = s.token)
                   THEN 'its marker row has not arrived'
           END AS trouble
    FROM rdpg_replication.subscription s
    -- the apply worker itself, not those that copy tables or help it
    LEFT JOIN pg_stat_subscription w
           ON w.subid = s.id AND w.relid IS NULL AND w.leader_pid IS NULL
) AS pairs;

-- How far a copy of another node's rows has come on this one, which joined a cluster in use; what
-- copy.yml leaves as a comment. Without a row, this node has never copied.
CREATE OR REPLACE VIEW rdpg_replication.copy AS
SELECT record ->> 'state' AS state,   -- 'copying', 'copied' (with positions), 'joined'
       record ->> 'source' AS source, -- the address of the node that was copied
       record -> 'positions' AS positions -- by peer's address, what the copy holds of that peer
FROM (
    SELECT obj_description(oid, 'pg_publication')::json AS record
    FROM pg_publication
    WHERE pubname = 'rdpg'
) AS publication
WHERE record IS NOT NULL;

-- How far the copy of a peer's rows has come.
CREATE OR REPLACE VIEW rdpg_replication.copying AS
SELECT s.peer,
       bool_and(r.srsubstate = 'r') AS ready,
       format('%s of %s tables are copied, %s so far; of those under way %s rows%s',
              count(*) FILTER (WHERE r.srsubstate = 'r'), count(*),
              pg_size_pretty(sum(pg_table_size(r.srrelid))),
              coalesce(sum(p.tuples_processed), 0),
              (SELECT format('; errors so far: %s, this server''s log says which', sync_error_count)
               FROM pg_stat_subscription_stats c
               WHERE c.subid = s.id AND sync_error_count > 0)) AS why
FROM rdpg_replication.subscription s
JOIN pg_subscription_rel r ON r.srsubid = s.id
LEFT JOIN pg_stat_progress_copy p ON p.relid = r.srrelid AND p.datname = current_database()
GROUP BY s.id, s.peer;

-- Which tables arrive from which peer.
CREATE OR REPLACE VIEW rdpg_replication.carried AS
SELECT s.peer, r.srrelid::regclass AS relation
FROM rdpg_replication.subscription s
JOIN pg_subscription_rel r ON r.srsubid = s.id
WHERE r.srsubstate = 'r';

-- Does what is written here from now on get to every peer, also later? Each has a slot of its own here,
-- by which it will read. Not while this node joins a cluster in use: only who has joined gets its peers.
CREATE OR REPLACE FUNCTION rdpg_replication.gets_out() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM rdpg_replication.copy WHERE state <> 'joined')
       AND NOT EXISTS (
           SELECT FROM rdpg_replication.subscription s
           WHERE NOT EXISTS (
               SELECT FROM pg_replication_slots
               WHERE slot_name = 'to_' || substring(s.name FROM '^from_(.*)$')
                 AND confirmed_flush_lsn IS NOT NULL)) -- until then it is still being created
$$;

-- driver.done.sql looks at this: raise the number when anything above changes.
COMMENT ON SCHEMA rdpg_replication IS 'native driver 4';
