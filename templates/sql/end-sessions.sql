-- Ends every session but those of the roles in `spared`, waits for their ends, and says how many.
DO $$
DECLARE
    ended bigint;
BEGIN
    SELECT count(*) INTO ended
    FROM pg_stat_activity
    WHERE backend_type = 'client backend'
      AND usename <> ALL (string_to_array({{ spared | sql_literal }}, ','))
      AND pid <> pg_backend_pid()
      AND pg_terminate_backend(pid, 5000); -- milliseconds to wait for its end
    IF ended > 0 THEN
        RAISE NOTICE 'ended % sessions', ended;
    END IF;
END
$$;
