DECLARE
    -- "address identifier epoch", and during a move also "moving_to address identifier"
    told text[] := string_to_array(convert_from(decode(watched ->> 'Value', 'base64'), 'UTF8'), ' ');
    file text := current_setting('hba_file');
    rules text := pg_read_file(file);
    opened text := '# The writes are here';
    since bigint := coalesce(substring(rules FROM opened || ', epoch ([0-9]+)')::bigint, 0);
    at int := position(opened IN rules);
    here text := (SELECT system_identifier::text FROM pg_control_system());
    closed oid;
BEGIN
    PERFORM set_config('synchronous_commit', 'local', true); -- nobody may read from here any more
    IF told IS NULL OR array_length(told, 1) < 3
       OR (told[1] = {{ node.address | sql_literal }} AND told[2] = here) THEN
        RETURN 'the writes are not elsewhere';
    END IF;
    -- Old news: a watch may be slower than a move there and back.
    IF at > 0 AND told[3]::bigint <= since THEN
        RETURN 'the writes are here since';
    END IF;

    IF at > 0 THEN
        closed := lo_from_bytea(0, convert_to(
            left(rules, at - 1) || E'# The writes are elsewhere: nobody else.\n', 'UTF8'));
        PERFORM lo_export(closed, file); -- keeps owner and mode
        PERFORM lo_unlink(closed);
        PERFORM pg_reload_conf();
    END IF;

    PERFORM pg_terminate_backend(pid)
    FROM pg_stat_activity
    WHERE backend_type = 'client backend'
      AND usename <> ALL (string_to_array({{ spared | sql_literal }}, ','));
    RETURN CASE WHEN 'moving_to' = ANY (told)
        THEN 'applications are kept out while the writes are moved' ELSE 'applications are kept out' END;
END
