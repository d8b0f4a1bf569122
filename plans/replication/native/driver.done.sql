SELECT obj_description(oid, 'pg_namespace') = 'native driver 4'
FROM pg_namespace
WHERE nspname = 'rdpg_replication'
