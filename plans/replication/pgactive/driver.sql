-- What the pgactive driver keeps in a replicated database. Nothing of it belongs to applications. The
-- first node of the group makes it, the others get it with their join.

CREATE SCHEMA IF NOT EXISTS rdpg_replication AUTHORIZATION rdpg;
SET LOCAL ROLE rdpg;

-- A row says: what `writer` writes is to get to `reader`. It is inserted at the writer once both are
-- members, so it can only get to the reader by the apply worker that reads from that writer. The token
-- names the reader's server, and both nodes as pgactive does: each join makes another name.
CREATE TABLE IF NOT EXISTS rdpg_replication.marker (
    writer     text        NOT NULL, -- an address
    reader     text        NOT NULL, -- an address
    token      text        NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (writer, reader, token)
);

-- The nodes that this one takes for members of its group, with itself.
CREATE OR REPLACE VIEW rdpg_replication.node AS
SELECT n.node_name AS name,
       substring(n.node_dsn FROM 'host=(\S+)') AS address, -- as create.yml and join.yml write it
       n.node_status::text AS status,                      -- r: ready; others, but k, are on their way to it
       n.node_sysid AS identity,
       (n.node_sysid, n.node_timeline, n.node_dboid) = (own.sysid, own.timeline, own.dboid) AS own,
       -- by which it reads from this node
       pgactive.pgactive_format_slot_name(n.node_sysid, n.node_timeline, n.node_dboid, own.dboid) AS slot,
       -- by which this node knows how far it has read from it
       pgactive.pgactive_format_replident_name(n.node_sysid, n.node_timeline, n.node_dboid, own.dboid) AS origin,
       (SELECT a.pid
        FROM pgactive.pgactive_get_workers_info() w
        JOIN pg_stat_activity a ON a.pid = w.pid
        WHERE (w.sysid, w.timeline, w.dboid) = (n.node_sysid, n.node_timeline, n.node_dboid)
          AND w.worker_type = 'apply') AS worker           -- that applies its rows here
FROM pgactive.pgactive_nodes n
CROSS JOIN pgactive.pgactive_get_local_nodeid() AS own (sysid, timeline, dboid)
WHERE n.node_status <> 'k';

-- The peers that this node reads from.
CREATE OR REPLACE VIEW rdpg_replication.subscription AS
SELECT name, address AS peer, status, identity, slot, origin, worker
FROM rdpg_replication.node
WHERE NOT own;

-- Do the rows of each peer arrive here? pgactive's catalogue proves nothing, a node that was detached
-- still finds itself in it: the worker must run, and what was written at the peer must have come.
CREATE OR REPLACE VIEW rdpg_replication.readiness AS
SELECT peer, trouble IS NULL AS ready, coalesce(trouble, '') AS why
FROM (
    SELECT s.peer,
           CASE
               WHEN own.status <> 'r' THEN format('this node is still joining, its status is %s', own.status)
               WHEN s.status <> 'r' THEN format('it is still joining, its status is %s', s.status)
               WHEN s.worker IS NULL THEN 'no apply worker runs for it, this server''s log says why'
               WHEN NOT EXISTS (SELECT FROM rdpg_replication.marker m
                                WHERE m.writer = s.peer AND m.reader = own.address
                                  AND m.token LIKE '%/' || s.identity || '/' || own.identity)
                   THEN 'its marker row has not arrived'
           END AS trouble
    FROM rdpg_replication.subscription s
    JOIN rdpg_replication.node own ON own.own
) AS pairs;

-- Tables that replicate: all of them.
CREATE OR REPLACE VIEW rdpg_replication.tables AS
SELECT format('%I.%I', n.nspname, c.relname) AS relation,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS has_key
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgactive', 'rdpg_replication')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e');

-- Which tables arrive from which peer. A row of a table that isn't here yet waits for it.
CREATE OR REPLACE VIEW rdpg_replication.carried AS
SELECT s.peer, t.relation::regclass AS relation
FROM rdpg_replication.subscription s
CROSS JOIN rdpg_replication.tables t
WHERE s.status = 'r';

-- Does what is written here from now on get to every peer, also later? Each has a slot here, by which it will read.
CREATE OR REPLACE FUNCTION rdpg_replication.gets_out() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM rdpg_replication.node WHERE own AND status = 'r')
       AND NOT EXISTS (
           SELECT FROM rdpg_replication.subscription s
           WHERE s.status <> 'r' OR NOT EXISTS (
               SELECT FROM pg_replication_slots
               WHERE slot_name = s.slot AND confirmed_flush_lsn IS NOT NULL))
$$;

-- driver.done.sql looks at this: raise the number when anything above changes.
COMMENT ON SCHEMA rdpg_replication IS 'pgactive driver 1';
