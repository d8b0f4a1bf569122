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
-- very server and how many times it has subscribed to that peer.
CREATE OR REPLACE VIEW rdpg_replication.subscription AS
SELECT s.oid AS id,
       s.subname AS name,
       substring(s.subconninfo FROM 'host=(\S+)') AS peer, -- as subscription.sql writes it
       s.subenabled AS enabled,
       obj_description(s.oid, 'pg_subscription') AS token
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

-- Which tables arrive from which peer.
CREATE OR REPLACE VIEW rdpg_replication.carried AS
SELECT s.peer, r.srrelid::regclass AS relation
FROM rdpg_replication.subscription s
JOIN pg_subscription_rel r ON r.srsubid = s.id
WHERE r.srsubstate = 'r';

-- driver.done.sql looks at this: raise the number when anything above changes.
COMMENT ON SCHEMA rdpg_replication IS 'native driver 2';
