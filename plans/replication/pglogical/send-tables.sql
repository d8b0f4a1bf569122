-- In one transaction: where the row has arrived, all later rows of its table arrive.
SELECT pglogical.replication_set_add_table('rdpg', relation::regclass)
FROM rdpg_replication.tables
WHERE NOT sent;
INSERT INTO rdpg_replication.sent (writer, relation)
SELECT {{ member.address | sql_literal }}, relation
FROM rdpg_replication.tables
ON CONFLICT DO NOTHING;
