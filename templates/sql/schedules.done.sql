SELECT NOT EXISTS (
    SELECT FROM (
{% include "schedules.wanted.sql" %}
    ) AS wanted
    WHERE NOT EXISTS (
        SELECT FROM tasks.schedules s
        WHERE s.cluster_id = {{ cluster.id | sql_literal }}
          AND (s.action, s.node_type, s.data) = (wanted.action, wanted.node_type, wanted.data)))
