INSERT INTO rdpg_replication.marker (writer, reader, token)
SELECT own.address, s.peer, {{ reader_server | sql_literal }} || '/' || own.identity || '/' || s.identity
FROM rdpg_replication.subscription s
JOIN rdpg_replication.node own ON own.own
WHERE s.peer = {{ reader_address | sql_literal }} AND s.status = 'r'
ON CONFLICT DO NOTHING;
