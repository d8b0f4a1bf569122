-- Each connection string is an interface of the peer, by name; the subscription is given another one.
SELECT pglogical.alter_node_add_interface(
    {{ peer | node_id("rdpg_") | sql_literal }}, wanted.name, {{ connection | sql_literal }})
FROM (SELECT 'rdpg_' || md5({{ connection | sql_literal }}) AS name) AS wanted
WHERE NOT EXISTS (
    SELECT FROM pglogical.node_interface
    JOIN pglogical.node ON node_id = if_nodeid
    WHERE node_name = {{ peer | node_id("rdpg_") | sql_literal }} AND if_name = wanted.name);
SELECT pglogical.alter_subscription_interface(
    {{ subscription | sql_literal }}, 'rdpg_' || md5({{ connection | sql_literal }}));
