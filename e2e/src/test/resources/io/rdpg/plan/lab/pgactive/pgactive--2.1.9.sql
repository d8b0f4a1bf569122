-- Stand-in for the extension pgactive 2.1, for tests where the real one isn't installed: the functions and
-- catalogues that the driver uses, under their own names and with their statuses, over native publications
-- and subscriptions with origin = none. As with pgactive, workers make nodes members, some time after the
-- call; a worker here is a session of the server with itself.
--
-- It knows a setting of its own, pgactive_stand_in.fault, of the session that joins: a number is how many
-- seconds the worker takes to copy (status i), "ends" has it end there.

CREATE SCHEMA pgactive;

CREATE FUNCTION pgactive._connect(name text, dsn text) RETURNS text
AS '$libdir/dblink', 'dblink_connect' LANGUAGE c STRICT;
CREATE FUNCTION pgactive._send(name text, command text) RETURNS int
AS '$libdir/dblink', 'dblink_send_query' LANGUAGE c STRICT;
CREATE FUNCTION pgactive._ask(dsn text, query text) RETURNS SETOF record
AS '$libdir/dblink', 'dblink_record' LANGUAGE c STRICT;

-- === Catalogues ===

CREATE TABLE pgactive.pgactive_nodes (
    node_sysid         text NOT NULL,
    node_timeline      oid NOT NULL,
    node_dboid         oid NOT NULL,
    node_status        "char" NOT NULL CHECK (node_status IN ('b', 'i', 'c', 'o', 'r', 'k')),
    node_name          text NOT NULL UNIQUE,
    node_dsn           text,
    node_init_from_dsn text,
    node_read_only     boolean DEFAULT false,
    node_seq_id        smallint,
    PRIMARY KEY (node_sysid, node_timeline, node_dboid)
);

CREATE TABLE pgactive.pgactive_connections (
    conn_sysid    text NOT NULL,
    conn_timeline oid NOT NULL,
    conn_dboid    oid NOT NULL,
    conn_dsn      text NOT NULL,
    PRIMARY KEY (conn_sysid, conn_timeline, conn_dboid)
);

CREATE SEQUENCE pgactive.pgactive_conflict_history_id_seq;
CREATE TABLE pgactive.pgactive_conflict_history (
    conflict_id       bigint NOT NULL DEFAULT nextval('pgactive.pgactive_conflict_history_id_seq'),
    local_node_sysid  text NOT NULL,
    remote_node_sysid text NOT NULL,
    PRIMARY KEY (local_node_sysid, conflict_id)
);

-- pgactive names a node anew at each join; until the first it has the server's identifier.
CREATE TABLE pgactive._identity (sysid text NOT NULL);

CREATE FUNCTION pgactive.pgactive_get_local_nodeid(OUT sysid text, OUT timeline oid, OUT dboid oid)
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT i.sysid FROM pgactive._identity i), system_identifier::text), 0::oid,
           (SELECT oid FROM pg_database WHERE datname = current_database())
    FROM pg_control_system()
$$;

CREATE FUNCTION pgactive.pgactive_get_local_node_name() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT node_name FROM pgactive.pgactive_nodes
    JOIN pgactive.pgactive_get_local_nodeid() i ON (node_sysid, node_timeline, node_dboid) = (i.sysid, i.timeline, i.dboid)
$$;

CREATE FUNCTION pgactive.pgactive_format_slot_name(
    remote_sysid text, remote_timeline oid, remote_dboid oid, local_dboid oid, replication_name name DEFAULT '')
RETURNS name LANGUAGE sql STRICT IMMUTABLE AS $$
    SELECT format('pgactive_%s_%s_%s_%s__%s', local_dboid, remote_sysid, remote_timeline, remote_dboid,
                  replication_name)::name
$$;

-- Of the subscription's origin.
CREATE FUNCTION pgactive.pgactive_format_replident_name(
    remote_sysid text, remote_timeline oid, remote_dboid oid, local_dboid oid, replication_name name DEFAULT '')
RETURNS text LANGUAGE sql STRICT STABLE AS $$
    SELECT 'pg_' || oid FROM pg_subscription WHERE subdbid = local_dboid AND subname = 'pgactive_' || remote_sysid
$$;

CREATE FUNCTION pgactive.pgactive_get_workers_info(
    OUT sysid text, OUT timeline oid, OUT dboid oid, OUT worker_type text, OUT pid int, OUT unregistered boolean)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
    SELECT node_sysid, node_timeline, node_dboid, 'apply', w.pid, false
    FROM pgactive.pgactive_nodes
    JOIN pg_stat_subscription w ON w.subname = 'pgactive_' || node_sysid
    WHERE w.worker_type = 'apply' AND w.pid IS NOT NULL
$$;

-- === Replication underneath ===

CREATE VIEW pgactive._tables AS
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'pgactive', 'information_schema');

CREATE VIEW pgactive._subscriptions AS
SELECT s.oid, s.subname FROM pg_subscription s
JOIN pg_database d ON d.oid = s.subdbid
WHERE d.datname = current_database() AND s.subname LIKE 'pgactive\_%';

-- Every table replicates from when it is made, without a word to the subscriptions.
CREATE FUNCTION pgactive._carry() RETURNS event_trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)
    SELECT s.oid, t.oid, 'r'
    FROM pg_event_trigger_ddl_commands() d
    JOIN pgactive._tables t ON t.oid = d.objid AND d.classid = 'pg_class'::regclass
    CROSS JOIN pgactive._subscriptions s
    WHERE NOT EXISTS (SELECT FROM pg_subscription_rel r WHERE r.srsubid = s.oid AND r.srrelid = t.oid);
END
$$;
CREATE EVENT TRIGGER pgactive_carry ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS')
EXECUTE FUNCTION pgactive._carry();

-- Reads from a peer, by the slot that is there.
CREATE FUNCTION pgactive._read(peer_sysid text, peer_dsn text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    own record := pgactive.pgactive_get_local_nodeid();
    peer record;
BEGIN
    SELECT * INTO STRICT peer FROM pgactive.pgactive_nodes WHERE node_sysid = peer_sysid;
    EXECUTE format(
        'CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION pgactive WITH (connect = false, slot_name = %L, origin = none)',
        'pgactive_' || peer_sysid, peer_dsn,
        pgactive.pgactive_format_slot_name(own.sysid, own.timeline, own.dboid, peer.node_dboid));
    INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)
    SELECT s.oid, t.oid, 'r' FROM pgactive._subscriptions s, pgactive._tables t WHERE s.subname = 'pgactive_' || peer_sysid;
    EXECUTE format('ALTER SUBSCRIPTION %I ENABLE', 'pgactive_' || peer_sysid);
END
$$;

CREATE FUNCTION pgactive._stop_reading(peer_sysid text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pgactive._subscriptions WHERE subname = 'pgactive_' || peer_sysid) THEN
        EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', 'pgactive_' || peer_sysid);
        EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', 'pgactive_' || peer_sysid);
        EXECUTE format('DROP SUBSCRIPTION %I', 'pgactive_' || peer_sysid);
    END IF;
END
$$;

-- Its reader may come back once more in between.
CREATE FUNCTION pgactive._drop_slots(reader_sysid text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    slot record;
BEGIN
    FOR slot IN SELECT slot_name FROM pg_replication_slots
                WHERE database = current_database() AND slot_name LIKE 'pgactive\_%\_' || reader_sysid || '\_%' LOOP
        FOR i IN 1..10 LOOP
            BEGIN
                PERFORM pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
                WHERE slot_name = slot.slot_name AND active_pid IS NOT NULL;
                PERFORM pg_drop_replication_slot(slot.slot_name);
                EXIT;
            EXCEPTION WHEN object_in_use THEN
                PERFORM pg_sleep(0.1);
            END;
        END LOOP;
    END LOOP;
END
$$;

-- === A join ===

-- What a dump has, of a database that is no more than the driver's.
CREATE FUNCTION pgactive._dump() RETURNS SETOF text
LANGUAGE sql AS $$
    SELECT format('CREATE SCHEMA %I AUTHORIZATION %I; COMMENT ON SCHEMA %1$I IS %3$L', nspname,
                  pg_get_userbyid(nspowner), obj_description(oid, 'pg_namespace'))
    FROM pg_namespace
    WHERE nspname <> ALL ('{pgactive,public,information_schema}') AND nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT format('CREATE TABLE %s (%s); ALTER TABLE %1$s OWNER TO %3$I', t.name,
                  (SELECT string_agg(format('%I %s%s%s', attname, format_type(atttypid, atttypmod),
                                            ' DEFAULT ' || pg_get_expr(adbin, adrelid),
                                            CASE WHEN attnotnull THEN ' NOT NULL' END), ', ' ORDER BY attnum)
                   FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
                   WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped),
                  pg_get_userbyid(c.relowner))
    FROM pgactive._tables t JOIN pg_class c USING (oid)
    UNION ALL
    SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, conname, pg_get_constraintdef(k.oid))
    FROM pgactive._tables t JOIN pg_constraint k ON conrelid = t.oid
    WHERE contype IN ('p', 'u')
    UNION ALL
    (SELECT definition
     FROM (SELECT c.oid, format('CREATE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid)) AS definition
           FROM pg_class c
           WHERE relkind = 'v' AND relnamespace = to_regnamespace('rdpg_replication')
           UNION ALL
           SELECT oid, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = to_regnamespace('rdpg_replication')) AS made
     ORDER BY oid)
$$;

CREATE FUNCTION pgactive._status(status "char") RETURNS void
LANGUAGE sql AS $$
    UPDATE pgactive.pgactive_nodes n SET node_status = status, node_read_only = status <> 'r'
    FROM pgactive.pgactive_get_local_nodeid() i
    WHERE (node_sysid, node_timeline, node_dboid) = (i.sysid, i.timeline, i.dboid)
$$;

-- At a member: takes a new one in, in the place of one of its name that was detached.
CREATE FUNCTION pgactive._take_in(node json) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM pgactive.pgactive_nodes WHERE node_status = 'k' AND node_name = node ->> 'node_name';
    INSERT INTO pgactive.pgactive_nodes SELECT * FROM json_populate_record(NULL::pgactive.pgactive_nodes, node);
    INSERT INTO pgactive.pgactive_connections
    SELECT node_sysid, node_timeline, node_dboid, node_dsn FROM json_populate_record(NULL::pgactive.pgactive_nodes, node);
$$;

-- At a member: reads from the new one.
CREATE FUNCTION pgactive._connect_back(peer_sysid text, peer_dsn text) RETURNS void
LANGUAGE sql AS $$
    SELECT pgactive._read(peer_sysid, peer_dsn);
    UPDATE pgactive.pgactive_nodes SET node_status = 'r' WHERE node_sysid = peer_sysid;
$$;

CREATE PROCEDURE pgactive._work(fault text)
LANGUAGE plpgsql AS $$
DECLARE
    own pgactive.pgactive_nodes;
    member pgactive.pgactive_nodes;
    line text;
BEGIN
    FOR i IN 1..100 LOOP -- the caller commits
        SELECT n.* INTO own FROM pgactive.pgactive_nodes n WHERE node_status = 'b';
        EXIT WHEN own.node_name IS NOT NULL;
        COMMIT;
        PERFORM pg_sleep(0.1);
    END LOOP;
    IF own.node_name IS NULL THEN
        RETURN;
    END IF;
    CREATE PUBLICATION pgactive FOR ALL TABLES;
    COMMIT;

    IF own.node_init_from_dsn IS NOT NULL THEN
        PERFORM pgactive._status('i');
        COMMIT;
        IF fault = 'ends' THEN
            RETURN;
        END IF;
        PERFORM pg_sleep(fault::float);
        FOR line IN SELECT d.line FROM pgactive._ask(own.node_init_from_dsn, 'SELECT pgactive._dump()') AS d (line text) LOOP
            EXECUTE line;
        END LOOP;
        FOR line IN SELECT name FROM pgactive._tables LOOP
            EXECUTE format('INSERT INTO %s SELECT (r::%1$s).* FROM pgactive._ask(%L, %L) AS d (r text)', line,
                           own.node_init_from_dsn, 'SELECT t::text FROM ' || line || ' t');
        END LOOP;
        INSERT INTO pgactive.pgactive_nodes
        SELECT n.* FROM pgactive._ask(own.node_init_from_dsn, 'SELECT to_json(n)::text FROM pgactive.pgactive_nodes n') AS d (n text),
             json_populate_record(NULL::pgactive.pgactive_nodes, d.n::json) AS n
        WHERE n.node_status <> 'k';
        INSERT INTO pgactive.pgactive_connections
        SELECT node_sysid, node_timeline, node_dboid, node_dsn FROM pgactive.pgactive_nodes WHERE node_name <> own.node_name;
        PERFORM pgactive._status('c');
        COMMIT;

        FOR member IN SELECT * FROM pgactive.pgactive_nodes WHERE node_name <> own.node_name LOOP
            own.node_status := 'i';
            PERFORM FROM pgactive._ask(member.node_dsn, format('SELECT pgactive._take_in(%L)', to_json(own))) AS d (nothing text);
            PERFORM FROM pgactive._ask(member.node_dsn, format('SELECT pg_create_logical_replication_slot(%L, %L)',
                pgactive.pgactive_format_slot_name(own.node_sysid, own.node_timeline, own.node_dboid, member.node_dboid),
                'pgoutput')) AS d (nothing text);
            PERFORM pgactive._read(member.node_sysid, member.node_dsn);
        END LOOP;
        PERFORM pgactive._status('o');
        COMMIT;

        FOR member IN SELECT * FROM pgactive.pgactive_nodes WHERE node_name <> own.node_name LOOP
            PERFORM pg_create_logical_replication_slot(
                pgactive.pgactive_format_slot_name(member.node_sysid, member.node_timeline, member.node_dboid, own.node_dboid),
                'pgoutput');
            COMMIT;
            PERFORM FROM pgactive._ask(member.node_dsn, format('SELECT pgactive._connect_back(%L, %L)',
                own.node_sysid, own.node_dsn)) AS d (nothing text);
        END LOOP;
    END IF;
    PERFORM pgactive._status('r');
END
$$;

CREATE FUNCTION pgactive.pgactive_join_group(
    node_name text, node_dsn text, join_using_dsn text, apply_delay int DEFAULT NULL,
    replication_sets text[] DEFAULT ARRAY['default'], bypass_collation_check boolean DEFAULT false,
    bypass_node_identifier_creation boolean DEFAULT false, bypass_user_tables_check boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    identity text := (8 * 10::numeric ^ 18 + floor(random() * 10 ^ 15)::numeric)::bigint::text;
    fault text := coalesce(nullif(current_setting('pgactive_stand_in.fault', true), ''), '0.5');
    worker text := gen_random_uuid()::text;
    target record;
BEGIN
    IF NOT bypass_user_tables_check AND EXISTS (SELECT FROM pgactive._tables) THEN
        RAISE EXCEPTION 'database joining pgactive group has existing user tables'
            USING HINT = 'Ensure no user tables in the database.';
    END IF;
    IF EXISTS (SELECT FROM pgactive.pgactive_nodes) THEN
        RAISE EXCEPTION 'a pgactive_nodes entry for this node already exists';
    END IF;
    IF join_using_dsn IS NOT NULL THEN
        SELECT * INTO target FROM pgactive._ask(join_using_dsn,
            'SELECT (SELECT node_status::text FROM pgactive.pgactive_nodes'
            ' WHERE node_name = pgactive.pgactive_get_local_node_name()), current_setting(''pgactive.max_nodes''),'
            ' (SELECT count(*) FROM pgactive.pgactive_nodes WHERE node_status <> ''k'')')
            AS t (status text, max_nodes text, nodes int);
        IF target.status IS DISTINCT FROM 'r' THEN
            RAISE EXCEPTION 'remote node does not appear to be a fully running pgactive node';
        END IF;
        IF target.max_nodes <> current_setting('pgactive.max_nodes') THEN
            RAISE EXCEPTION 'joining node and pgactive group have different values for pgactive.max_nodes parameter';
        END IF;
        IF target.nodes >= target.max_nodes::int THEN
            RAISE EXCEPTION 'cannot allow more than pgactive.max_nodes number of nodes in a pgactive group';
        END IF;
    END IF;
    INSERT INTO pgactive._identity VALUES (identity);
    INSERT INTO pgactive.pgactive_nodes (node_sysid, node_timeline, node_dboid, node_status, node_name, node_dsn, node_init_from_dsn)
    SELECT i.sysid, i.timeline, i.dboid, 'b', node_name, node_dsn, join_using_dsn FROM pgactive.pgactive_get_local_nodeid() i;
    INSERT INTO pgactive.pgactive_connections
    SELECT i.sysid, i.timeline, i.dboid, node_dsn FROM pgactive.pgactive_get_local_nodeid() i;
    -- Its caller is gone soon, so it may say nothing before its end.
    PERFORM pgactive._connect(worker, node_dsn || ' options=''-c client_min_messages=error''');
    PERFORM pgactive._send(worker, format('CALL pgactive._work(%L)', fault));
END
$$;

CREATE FUNCTION pgactive.pgactive_create_group(
    node_name text, node_dsn text, apply_delay int DEFAULT NULL, replication_sets text[] DEFAULT ARRAY['default'])
RETURNS void LANGUAGE sql AS $$
    SELECT pgactive.pgactive_join_group(node_name, node_dsn, NULL, bypass_user_tables_check => true)
$$;

CREATE FUNCTION pgactive.pgactive_wait_for_node_ready(timeout int DEFAULT 0, progress_interval int DEFAULT 60)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    seconds int := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM pgactive.pgactive_nodes
                      WHERE node_status = 'r' AND node_name = pgactive.pgactive_get_local_node_name()) LOOP
        PERFORM pg_sleep(1);
        seconds := seconds + 1;
        IF timeout > 0 AND seconds > timeout THEN
            RAISE EXCEPTION 'node % cannot reach ready state within % seconds', pgactive.pgactive_get_local_node_name(), timeout;
        END IF;
    END LOOP;
END
$$;

-- === The end of a membership ===

CREATE FUNCTION pgactive._forget(names text[]) RETURNS void
LANGUAGE sql AS $$
    DELETE FROM pgactive.pgactive_connections USING pgactive.pgactive_nodes
    WHERE conn_sysid = node_sysid AND node_name = ANY (names);
    UPDATE pgactive.pgactive_nodes SET node_status = 'k' WHERE node_name = ANY (names);
    SELECT pgactive._stop_reading(node_sysid), pgactive._drop_slots(node_sysid)
    FROM pgactive.pgactive_nodes WHERE node_name = ANY (names);
$$;

-- All members learn of it, but those that it is about.
CREATE FUNCTION pgactive.pgactive_detach_nodes(p_nodes text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    unknown text := (SELECT string_agg(p, ', ') FROM unnest(p_nodes) p
                     WHERE NOT EXISTS (SELECT FROM pgactive.pgactive_nodes WHERE node_name = p));
BEGIN
    IF pgactive.pgactive_get_local_node_name() = ANY (p_nodes) THEN
        RAISE EXCEPTION 'cannot detach a node from its self';
    END IF;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no node(s) named % found', unknown;
    END IF;
    PERFORM pgactive._forget(p_nodes);
    PERFORM FROM pgactive.pgactive_nodes,
        LATERAL pgactive._ask(node_dsn, format('SELECT pgactive._forget(%L)', p_nodes)) AS d (nothing text)
    WHERE node_status = 'r' AND node_name <> pgactive.pgactive_get_local_node_name();
END
$$;

CREATE FUNCTION pgactive.pgactive_remove(force boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT force AND EXISTS (SELECT FROM pgactive.pgactive_nodes
                             WHERE node_name = pgactive.pgactive_get_local_node_name() AND node_status <> 'k') THEN
        RAISE EXCEPTION 'this pgactive node might still be active, not removing';
    END IF;
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'CALL pgactive._work(%';
    PERFORM pgactive._stop_reading(substring(subname FROM '^pgactive_(.*)$')) FROM pgactive._subscriptions;
    PERFORM pgactive._drop_slots(node_sysid) FROM pgactive.pgactive_nodes;
    DROP PUBLICATION IF EXISTS pgactive;
    DELETE FROM pgactive.pgactive_nodes;
    DELETE FROM pgactive.pgactive_connections;
    DELETE FROM pgactive._identity;
END
$$;
