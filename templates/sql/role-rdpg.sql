-- The user as which RDPG works. The password goes as a verifier, so neither the server's log nor
-- its statistics ever see it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rdpg') THEN
        CREATE ROLE rdpg;
    END IF;
END
$$;
ALTER ROLE rdpg SUPERUSER CREATEDB CREATEROLE INHERIT LOGIN
    PASSWORD {{ rdpg_password | scram_verifier(cluster.id) | sql_literal }};
