#!/bin/sh
# Managed by rdpg-plan (template watch-handler.sh): changes here will be lost.
#
# Told by this node's Consul agent that a service has changed: which one as $1, its instances as
# JSON on standard input. Leaves a row in rdpg.consul_watch_notifications. Whatever goes wrong is
# said on standard error and by the exit code; both end up in the agent's log.
set -eu

service=${1:?which service has changed}
instances=$(cat)

# No password stands here or on a command line; psql finds it in this file.
export PGPASSFILE={{ (handler_dir ~ "/rdpg.pgpass") | shell_quote }}
export PGCONNECT_TIMEOUT=5
# Nobody waits for this row on other nodes (replication_sync).
export PGOPTIONS='-c synchronous_commit=local'

# One statement asks and writes, so both are of the same server: while this node joins its cluster,
# nobody would ever read the row but this node. psql itself reads the message, of any length.
written=$(
  printf '{"service": "%s", "instances": %s}' "$service" "${instances:-null}" |
    psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \
      --host {{ pg.host | shell_quote }} --port {{ pg.port }} --username rdpg --dbname rdpg \
      --set host={{ node.address | shell_quote }} --file /dev/fd/3 3<<'SQL'
\set message `cat`
INSERT INTO rdpg.consul_watch_notifications (host, msg)
SELECT :'host', :'message' WHERE rdpg_replication.gets_out() RETURNING 'written';
SQL
)
if [ "$written" != written ]; then
  echo "$service has changed while this node joins: not written, since it would get to no other node" >&2
fi
