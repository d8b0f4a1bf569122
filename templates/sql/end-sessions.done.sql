SELECT NOT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE backend_type = 'client backend'
      AND usename <> ALL (string_to_array({{ spared | sql_literal }}, ','))
      AND usename IS NOT NULL AND pid <> pg_backend_pid()
)
