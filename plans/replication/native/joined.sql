-- The copy and all that came after it is here.
DO $$
BEGIN
    EXECUTE format('COMMENT ON PUBLICATION rdpg IS %L', (
        SELECT jsonb_set(obj_description(oid, 'pg_publication')::jsonb, '{state}', '"joined"')
        FROM pg_publication WHERE pubname = 'rdpg'));
END
$$;
