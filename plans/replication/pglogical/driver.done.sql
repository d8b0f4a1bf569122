SELECT obj_description(oid, 'pg_namespace') = 'pglogical driver 2'
FROM pg_namespace
WHERE nspname = 'rdpg_replication'
