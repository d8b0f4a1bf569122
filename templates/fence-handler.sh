#!/bin/sh
# Managed by rdpg-plan (template fence-handler.sh): changes here will be lost.
#
# Told by this node's Consul agent who takes the writes, as JSON on standard input: keeps applications
# out of PostgreSQL when that is another node. Lets nobody in: that is rdpg-plan's part. Whatever goes
# wrong is said on standard error and by the exit code; both end up in the agent's log.
set -eu

watched=$(cat)

# No password stands here or on a command line; psql finds it in this file.
export PGPASSFILE={{ (handler_dir ~ "/rdpg.pgpass") | shell_quote }}
export PGCONNECT_TIMEOUT=5

# After a crash of the machine the agent may be up before PostgreSQL. The second time it ends the
# sessions that began while the first one reloaded the configuration.
fence() {
  printf '%s\n' 'SELECT rdpg.fence(:'"'watched'"');' |
    psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 \
      --set watched="${watched:-null}" \
      --host {{ pg.host | shell_quote }} --port {{ pg.port }} --username rdpg --dbname postgres
}
for i in 1 2 3 4 5 6 7 8 9 10; do
  if said=$(fence); then break; elif [ "$i" = 10 ]; then exit 1; fi
  sleep 3
done
case $said in
  'applications are kept out'*)
    sleep 1
    said=$(fence)
    ;;
esac
# Not while they are moved: they may come here, and whoever moves them registers this node meanwhile. Nor
# when they have come since.
if [ "$said" = 'applications are kept out' ]; then
  # Consul's agents register again what they knew before a crash. This program is the agent's own. Where
  # the agent's own token may not do that, or its API is https and the inventory doesn't name the files of
  # this node for it, it stays: nothing of ours follows it, and the next run of services.yml here takes it away.
  "/proc/$PPID/exe" services deregister -http-addr={{ (consul.scheme ~ "://" ~ (consul.address | host_port(consul.port))) | shell_quote }} \
{% if consul_agent_ca_file is defined %}
    -ca-file={{ consul_agent_ca_file | shell_quote }} \
{% endif %}
{% if consul_agent_cert_file is defined %}
    -client-cert={{ consul_agent_cert_file | shell_quote }} -client-key={{ consul_agent_key_file | default("") | shell_quote }} \
{% endif %}
    -id={{ (cluster.id ~ "-write") | shell_quote }} || true
fi
printf '%s\n' "$said"
