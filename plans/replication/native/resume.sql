-- Exactly those that pause.sql stopped.
DO $$
DECLARE
    paused record;
BEGIN
    FOR paused IN
        SELECT name, token FROM rdpg_replication.subscription WHERE paused_for IS NOT NULL
    LOOP
        EXECUTE format('ALTER SUBSCRIPTION %I ENABLE', paused.name);
        EXECUTE format('COMMENT ON SUBSCRIPTION %I IS %L', paused.name, paused.token);
    END LOOP;
END
$$;
