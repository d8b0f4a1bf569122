-- Once who still reads by it is ended, which may take 5 s.
SELECT pg_drop_replication_slot(slot_name)
FROM pg_replication_slots
WHERE slot_name = {{ slot | sql_literal }}
  AND coalesce(pg_terminate_backend(active_pid, 5000), true);
