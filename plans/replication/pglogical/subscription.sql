-- forward_origins: only what was written at the peer itself, else rows would go round in circles. The
-- rows that are there aren't copied. The token, in the same transaction, is what the marker row names
-- that will prove this subscription: see view rdpg_replication.subscription.
SELECT pglogical.create_subscription({{ subscription | sql_literal }}, {{ connection | sql_literal }},
    replication_sets => '{rdpg}', synchronize_structure => false, synchronize_data => false,
    forward_origins => '{}');
INSERT INTO rdpg_replication.subscribed (name, peer, token)
VALUES ({{ subscription | sql_literal }}, {{ peer.address | sql_literal }}, {{ token | sql_literal }})
ON CONFLICT (name) DO UPDATE SET peer = excluded.peer, token = excluded.token;
