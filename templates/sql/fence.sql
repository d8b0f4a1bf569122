-- rdpg.fence(watched): keeps applications out where the writes aren't, told by a watch on the key
-- rdpg/<cluster>/writes. It works as the superuser, who alone may write pg_hba.conf, and lets nobody in.
SET LOCAL client_min_messages = warning; -- the schema is there once disable_database is
CREATE SCHEMA IF NOT EXISTS rdpg AUTHORIZATION rdpg;
CREATE OR REPLACE FUNCTION rdpg.fence(watched jsonb) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
{% include "fence.body.sql" %}
$function$;
REVOKE ALL ON FUNCTION rdpg.fence(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rdpg.fence(jsonb) TO rdpg;
