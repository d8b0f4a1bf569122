-- Ends every session but those of the roles in `spared`, waits for their ends, and says how many.
DO $$
DECLARE
    session int;
    ended int := 0;
BEGIN
    FOR session IN
        SELECT pid
        FROM pg_stat_activity
        WHERE backend_type = 'client backend'
          AND usename <> ALL (string_to_array({{ spared | sql_literal }}, ','))
          AND pid <> pg_backend_pid()
    LOOP
        -- in milliseconds, how long to wait for its end
        IF pg_terminate_backend(session, 5000) THEN
            ended := ended + 1;
        END IF;
    END LOOP;
    IF ended > 0 THEN
        RAISE NOTICE 'ended % sessions', ended;
    END IF;
END
$$;
