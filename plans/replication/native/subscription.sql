-- origin = none: only what was written at the peer itself, else rows would go round in circles.
-- create_slot = false: the slot was made before; copy_data = false: there is nothing to copy yet.
{% if subscribed.found %}
ALTER SUBSCRIPTION {{ subscription | sql_ident }} CONNECTION {{ connection | sql_literal }};
{% else %}
CREATE SUBSCRIPTION {{ subscription | sql_ident }}
    CONNECTION {{ connection | sql_literal }}
    PUBLICATION rdpg
    WITH (origin = none, copy_data = false,
          create_slot = false, slot_name = {{ slot | sql_ident }});
-- The marker row that will prove it names this token: see view rdpg_replication.subscription.
COMMENT ON SUBSCRIPTION {{ subscription | sql_ident }} IS {{ token | sql_literal }};
{% endif %}
