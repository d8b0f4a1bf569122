ALTER SUBSCRIPTION {{ ("from_" ~ (peer | node_id("rdpg_"))) | sql_ident }}
    REFRESH PUBLICATION WITH (copy_data = false);
-- What isn't carried now is not at the peer, so nothing would ever carry it.
DO $$
DECLARE
    lacking text;
BEGIN
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY schemaname, tablename)
    INTO lacking
    FROM pg_publication_tables
    WHERE pubname = 'rdpg' AND schemaname <> 'rdpg_replication' AND NOT EXISTS (
        SELECT FROM rdpg_replication.carried
        WHERE peer = {{ peer.address | sql_literal }}
          AND relation = format('%I.%I', schemaname, tablename)::regclass);
    IF lacking IS NOT NULL THEN
        RAISE EXCEPTION '% of database % is on %, but not on %', lacking, current_database(),
            {{ member.name | sql_literal }}, {{ peer.name | sql_literal }}
            USING HINT = 'Create it on every node of the cluster, or drop it where it is.';
    END IF;
END
$$;
