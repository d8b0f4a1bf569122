SELECT obj_description(oid, 'pg_namespace') = 'native driver 3'
FROM pg_namespace
WHERE nspname = 'rdpg_replication'
