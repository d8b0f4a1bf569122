-- schema.sql is one transaction: where everything that it names is there, all of it is.
SELECT NOT EXISTS (
    SELECT FROM unnest(ARRAY['rdpg', 'cfsb', 'tasks', 'backups', 'metrics', 'audit']) AS name
    WHERE to_regnamespace(name) IS NULL
) AND NOT EXISTS (
    SELECT FROM unnest(ARRAY[
        'cfsb.services', 'cfsb.plans', 'cfsb.instances', 'cfsb.bindings', 'cfsb.credentials',
        'tasks.tasks', 'tasks.schedules',
        'rdpg.config', 'rdpg.events', 'rdpg.consul_watch_notifications',
        'backups.file_history', 'backups.retention_rules']) AS name
    WHERE to_regclass(name) IS NULL
)
