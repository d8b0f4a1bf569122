-- Schedules that are there already, switched off or changed perhaps, stay as they are.
INSERT INTO tasks.schedules (cluster_id, cluster_service, role, action, data, node_type, frequency)
SELECT {{ cluster.id | sql_literal }}, {{ cluster_service | sql_literal }},
       role, action, data, node_type, frequency
FROM (
{% include "schedules.wanted.sql" %}
) AS wanted
ON CONFLICT (cluster_id, action, node_type, data) DO NOTHING;
