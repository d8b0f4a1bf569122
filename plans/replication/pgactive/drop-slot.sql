-- Once who still reads by it is ended, which may take 5 s. CASE, since the order of conditions that AND
-- connects is the planner's choice: others' readers would be ended too.
SELECT pg_drop_replication_slot(slot_name)
FROM pg_replication_slots
WHERE CASE WHEN slot_name = {{ slot }}
           THEN coalesce(pg_terminate_backend(active_pid, 5000), true)
           ELSE false
      END;
