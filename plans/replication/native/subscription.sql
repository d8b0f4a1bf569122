-- origin = none: only what was written at the peer itself, else rows would go round in circles.
-- create_slot = false: the slot was made before. copy_data is true for the one node that a node copies
-- which joins a cluster in use; enabled is false until it is known from where on to read.
CREATE SUBSCRIPTION {{ subscription | sql_ident }}
    CONNECTION {{ connection | sql_literal }}
    PUBLICATION rdpg
    WITH (origin = none, copy_data = {{ copy_data }}, enabled = {{ enabled }},
          create_slot = false, slot_name = {{ slot | sql_ident }}, synchronous_commit = {{ commits }});
-- The marker row that will prove it names this token: see view rdpg_replication.subscription.
COMMENT ON SUBSCRIPTION {{ subscription | sql_ident }} IS {{ token | sql_literal }};
