-- Values that are there already stay as they are.
INSERT INTO rdpg.config (cluster_id, key, value)
VALUES ({{ cluster.id | sql_literal }}, 'BackupsPath', {{ backups_path | sql_literal }}),
       ({{ cluster.id | sql_literal }}, 'BackupPort', '7432'),
       ({{ cluster.id | sql_literal }}, 'pgDumpBinaryLocation', {{ pg_dump_path | sql_literal }}),
       ({{ cluster.id | sql_literal }}, 'defaultDaysToKeepFileHistory', '180')
ON CONFLICT (key) DO NOTHING;
