-- The user for health checks: may do nothing, and is read-only unless it says otherwise.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'health') THEN
        CREATE ROLE health;
    END IF;
END
$$;
ALTER ROLE health NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN
    PASSWORD {{ health_password | scram_verifier(cluster.id) | sql_literal }};
ALTER ROLE health SET default_transaction_read_only = on;
