-- rdpg.disable_database(name): takes a database out of use without dropping it.
CREATE SCHEMA IF NOT EXISTS rdpg AUTHORIZATION rdpg;
CREATE OR REPLACE FUNCTION rdpg.disable_database(name text) RETURNS void LANGUAGE plpgsql
AS $function$
{% include "disable-database.body.sql" %}
$function$;
ALTER FUNCTION rdpg.disable_database(text) OWNER TO rdpg;
REVOKE ALL ON FUNCTION rdpg.disable_database(text) FROM PUBLIC;
