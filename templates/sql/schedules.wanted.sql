-- The default schedules of this cluster, one row for each kind of node that takes the task up.
-- role: which clusters have it; service: which cluster service, NULL for both; s3: only with S3.
SELECT role, action, data, node_type, frequency::interval
FROM (VALUES
    ('all',     'Vacuum',                      'tasks.tasks', '{read,write}', '5 minutes',  NULL,         false),
    ('all',     'DeleteBackupHistory',         '',            '{read}',       '1 hour',     NULL,         false),
    ('all',     'BackupDatabase',              'rdpg',        '{read}',       '1 hour',     NULL,         false),
    ('all',     'EnforceFileRetention',        '',            '{read,write}', '1 hour',     NULL,         false),
    ('all',     'ClearStuckTasks',             '',            '{read,write}', '1 hour',     NULL,         false),
    ('all',     'FindFilesToCopyToS3',         '',            '{read,write}', '5 minutes',  NULL,         true),
    ('all',     'BackupAllDatabases',          '',            '{write}',      '1 hour',     'postgresql', false),
    ('all',     'EnforceRemoteFileRetention',  '',            '{write}',      '1 hour',     'postgresql', true),
    ('manager', 'ReconcileAvailableDatabases', '',            '{read}',       '1 minute',   NULL,         false),
    ('manager', 'ReconcileAllDatabases',       '',            '{read}',       '5 minutes',  NULL,         false),
    ('service', 'ScheduleNewDatabaseBackups',  '',            '{write}',      '1 minute',   NULL,         false),
    ('service', 'PrecreateDatabases',          '',            '{write}',      '1 minute',   NULL,         false),
    ('service', 'DecommissionDatabases',       '',            '{write}',      '15 minutes', NULL,         false),
    ('service', 'Reconfigure',                 'pgbouncer',   '{read,write}', '1 hour',     NULL,         false)
) AS schedule (role, action, data, node_types, frequency, service, s3),
-- a single postgresql node has no read node: all is done by the one that writes
unnest({% if cluster_service == "postgresql" %}'{write}'::text[]{% else %}node_types::text[]{% endif %}) AS node_type
WHERE role IN ('all', {{ cluster.role | sql_literal }})
  AND coalesce(service, {{ cluster_service | sql_literal }}) = {{ cluster_service | sql_literal }}
  AND (NOT s3 OR {{ s3_backups }})
