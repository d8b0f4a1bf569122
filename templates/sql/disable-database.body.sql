BEGIN
    IF name IN ('postgres', 'rdpg', 'template0', 'template1') THEN
        RAISE EXCEPTION 'database % is never disabled', name
            USING ERRCODE = 'object_in_use';
    END IF;

    EXECUTE format('ALTER DATABASE %I ALLOW_CONNECTIONS false', name);
    EXECUTE format('ALTER DATABASE %I OWNER TO rdpg', name);

    PERFORM pg_terminate_backend(pid, 10000) -- milliseconds to wait for its end
    FROM pg_stat_activity
    WHERE datname = name AND pid <> pg_backend_pid();

    -- Until this transaction ends a subscriber may still come back and hold its slot: then this
    -- fails, nothing has happened, and it can be called again.
    PERFORM pg_drop_replication_slot(slot_name)
    FROM pg_replication_slots
    WHERE database = name;
END
