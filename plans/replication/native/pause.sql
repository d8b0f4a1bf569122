-- Stops all subscriptions of this database, and leaves a note for whom, in one transaction.
DO $$
DECLARE
    running record;
BEGIN
    FOR running IN SELECT name, token FROM rdpg_replication.subscription LOOP
        EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', running.name);
        EXECUTE format('COMMENT ON SUBSCRIPTION %I IS %L', running.name,
                       running.token || ' paused for ' || {{ joining.row.id | sql_literal }});
    END LOOP;
END
$$;
