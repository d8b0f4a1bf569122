-- What an earlier copy left on this node, which is no member yet.
DO $$
BEGIN
    EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
        FROM pg_publication_tables
        WHERE pubname = 'rdpg'); -- markers too: they are copied like all rows
END
$$;
