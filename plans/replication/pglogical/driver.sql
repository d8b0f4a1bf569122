-- What the pglogical driver keeps in a replicated database. Nothing of it belongs to applications.

CREATE SCHEMA IF NOT EXISTS rdpg_replication AUTHORIZATION rdpg;
SET LOCAL ROLE rdpg;

-- A row says: `reader` has a subscription, known by `token`, to `writer`. The reader inserts it at
-- the writer once that subscription works, so the row can only get to the reader through it.
-- Rows are never changed: a subscription that is made anew has another token, so another row.
CREATE TABLE IF NOT EXISTS rdpg_replication.marker (
    writer     text        NOT NULL, -- an address
    reader     text        NOT NULL, -- an address
    token      text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, reader, token)
);

-- A row says: from its commit on, `writer` sends what is written to this table. Where it has
-- arrived, all later rows of the table arrive too.
CREATE TABLE IF NOT EXISTS rdpg_replication.sent (
    writer   text NOT NULL, -- an address
    relation text NOT NULL, -- schema and name, quoted where needed
    PRIMARY KEY (writer, relation)
);

-- What this node has subscribed to, in the transactions that did it. It doesn't replicate. The
-- token names this very server, the peer's, and how many times it has subscribed there.
CREATE TABLE IF NOT EXISTS rdpg_replication.subscribed (
    name  name PRIMARY KEY,
    peer  text NOT NULL, -- an address
    token text NOT NULL
);

-- This database's subscriptions.
CREATE OR REPLACE VIEW rdpg_replication.subscription AS
SELECT s.sub_id AS id, s.sub_name AS name, l.peer, l.token,
       s.sub_enabled AS enabled,
       coalesce(y.sync_status = 'r', false) AS made, -- its slot at the peer is, and stays so
       s.sub_slot_name AS slot,                      -- also its origin's name here
       i.if_dsn AS connection,
       a.pid AS worker
FROM pglogical.subscription s
JOIN rdpg_replication.subscribed l ON l.name = s.sub_name
JOIN pglogical.node_interface i ON i.if_id = s.sub_origin_if
LEFT JOIN pglogical.local_sync_status y ON y.sync_subid = s.sub_id AND y.sync_nspname IS NULL
LEFT JOIN pg_stat_activity a
       ON a.application_name = format('pglogical apply %s:%s',
            (SELECT oid FROM pg_database WHERE datname = current_database()), s.sub_id);

-- Do the rows of each peer arrive here? pglogical's catalogue proves nothing: the worker must run,
-- and what was written at the peer must have come.
CREATE OR REPLACE VIEW rdpg_replication.readiness AS
SELECT peer, trouble IS NULL AS ready, coalesce(trouble, '') AS why
FROM (
    SELECT s.peer,
           CASE
               WHEN NOT s.enabled THEN 'the subscription to it is disabled'
               WHEN s.worker IS NULL THEN 'no apply worker runs for it, this server''s log says why'
               WHEN NOT s.made THEN 'the subscription to it is still being made'
               WHEN NOT EXISTS (SELECT FROM rdpg_replication.marker m
                                WHERE m.writer = s.peer AND m.token = s.token)
                   THEN 'its marker row has not arrived'
           END AS trouble
    FROM rdpg_replication.subscription s
) AS pairs;

-- Which tables arrive from which peer.
CREATE OR REPLACE VIEW rdpg_replication.carried AS
SELECT s.peer, to_regclass(t.relation) AS relation
FROM rdpg_replication.subscription s
JOIN rdpg_replication.sent t ON t.writer = s.peer
WHERE to_regclass(t.relation) IS NOT NULL;

-- Tables that are to replicate, and whether this node sends them.
CREATE OR REPLACE VIEW rdpg_replication.tables AS
SELECT format('%I.%I', n.nspname, c.relname) AS relation,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid
               AND (i.indisprimary AND c.relreplident = 'd' OR i.indisreplident)) AS has_key,
       EXISTS (SELECT FROM pglogical.replication_set_table t
               JOIN pglogical.replication_set r ON r.set_id = t.set_id
               JOIN pglogical.local_node l ON l.node_id = r.set_nodeid
               WHERE r.set_name = 'rdpg' AND t.set_reloid = c.oid) AS sent
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pglogical', 'rdpg_replication')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e');

-- Does what is written here from now on get to every peer, also later? Each has a slot here, by which it will read.
CREATE OR REPLACE FUNCTION rdpg_replication.gets_out() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM rdpg_replication.subscription)
        <= (SELECT count(*) FROM pg_replication_slots
            WHERE plugin = 'pglogical_output' AND database = current_database()
              AND confirmed_flush_lsn IS NOT NULL)
$$;

-- driver.done.sql looks at this: raise the number when anything above changes.
COMMENT ON SCHEMA rdpg_replication IS 'pglogical driver 2';
