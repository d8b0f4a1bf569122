-- Peers give their own connection strings when they subscribe; this one is what pglogical asks for.
SELECT pglogical.create_node({{ node | node_id("rdpg_") | sql_literal }},
    {{ ("host=" ~ node.address ~ " port=" ~ pg.port ~ " dbname=rdpg user=rdpg passfile=" ~ pg_passfile) | sql_literal }});
SELECT pglogical.create_replication_set('rdpg');
SELECT pglogical.replication_set_add_table('rdpg', relation)
FROM unnest(ARRAY['rdpg_replication.marker', 'rdpg_replication.sent']::regclass[]) AS relation;
