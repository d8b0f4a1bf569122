SELECT obj_description(oid, 'pg_namespace') = 'pgactive driver 1'
FROM pg_namespace
WHERE nspname = 'rdpg_replication'
