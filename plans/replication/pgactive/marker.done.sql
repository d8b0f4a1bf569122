SELECT 1
FROM rdpg_replication.marker m
JOIN rdpg_replication.subscription s ON s.peer = m.reader
JOIN rdpg_replication.node own ON own.own AND own.address = m.writer
WHERE m.reader = {{ reader_address | sql_literal }}
  AND m.token = {{ reader_server | sql_literal }} || '/' || own.identity || '/' || s.identity
