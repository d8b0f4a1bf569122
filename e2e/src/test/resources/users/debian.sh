# Runs a command ("$@") on a machine with the servers of a node where Debian's packages have them, and
# with a systemctl that does what the packages' units say. Run by machine.sh, in its namespace. All of
# it ends with the command, or when nobody holds its standard input any more.
# $1 is the machine's address, $2 that of the machine with Consul's server, $3 the home of PostgreSQL 18,
# $4 the program consul, $5 a file with the superuser's password.
set -eu
address=$1 server=$2 postgres=$3 consul=$4 password=$5
shift 5

mkdir -p /run/upper /run/work /run/bin /run/units
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc
echo 'Defaults secure_path="/run/bin:/usr/sbin:/usr/bin:/sbin:/bin"' >>/etc/sudoers
echo 'consul:x:4300:4300::/tmp:/usr/sbin/nologin' >>/etc/passwd
echo 'consul:x:4300:' >>/etc/group

own() { # USER DIRECTORY...
    user=$1
    shift
    mkdir -p "$@"
    chown "$user:$user" "$@"
}
own postgres /run/postgresql /var/log/postgresql /var/lib/postgresql /var/lib/postgresql/18 \
    /etc/postgresql /etc/postgresql/18 /etc/postgresql/18/main
own haproxy /run/haproxy
own consul /etc/consul.d /var/lib/consul /var/lib/rdpg/handlers
mkdir -p /var/lib/haproxy /etc/pgbouncer /etc/haproxy

exec 3<&0
as() { # USER COMMAND...: in the background
    user=$1
    shift
    setpriv --reuid="$user" --regid="$user" --init-groups --pdeathsig KILL "$@" </dev/null 3<&- &
    pids="${pids-} $!"
}

# --- PostgreSQL, as pg_createcluster makes it ---
data=/var/lib/postgresql/18/main
setpriv --reuid=postgres --regid=postgres --init-groups "$postgres/bin/initdb" --pgdata=$data --username=postgres \
    --pwfile="$password" --auth=scram-sha-256 --auth-local=peer --encoding=UTF8 --no-locale --no-sync \
    --no-instructions >/dev/null
cp $data/pg_hba.conf /etc/postgresql/18/main/
chown postgres:postgres /etc/postgresql/18/main/pg_hba.conf
as postgres "$postgres/bin/postgres" -D $data -p 7432 -c listen_addresses="$address" \
    -c unix_socket_directories=/run/postgresql -c hba_file=/etc/postgresql/18/main/pg_hba.conf \
    -c wal_level=logical -c shared_preload_libraries=pg_stat_statements -c fsync=off -c shared_buffers=32MB \
    -c max_logical_replication_workers=16 -c max_worker_processes=32 -c track_commit_timestamp=on

# --- Consul, as HashiCorp's package runs it ---
role="-retry-join=$server -retry-interval=1s"
[ "$address" != "$server" ] || role="-server -bootstrap-expect=1"
cat >/etc/consul.d/consul.hcl <<END
bind_addr = "$address"
client_addr = "$address"
data_dir = "/var/lib/consul"
enable_local_script_checks = true
disable_update_check = true
ports {
  dns = -1
  grpc = -1
  serf_wan = -1
}
performance {
  raft_multiplier = 1
}
END
as consul "$consul" agent -node="n$(echo "$address" | tr . -)" -config-dir=/etc/consul.d $role >/run/consul.log

# --- the units of pgbouncer and haproxy ---
cat >/run/bin/systemctl <<'END'
#!/bin/sh
# systemctl for what units say of reloading: their main process is in /run/units/UNIT.
set -eu
case "$*" in
    "show -p MainPID --value -- "*) cat "/run/units/$6" 2>/dev/null || echo 0 ;;
    "reload "*)
        file=/lib/systemd/system/$2.service
        MAINPID=$(cat "/run/units/$2")
        environment=$(sed -n 's/^Environment=//p' "$file")
        [ -z "$environment" ] || eval "export $environment"
        sed -n 's/^ExecReload=//p' "$file" >"/run/units/$2.reload"
        while read -r line; do eval "$line"; done <"/run/units/$2.reload"
        ;;
    *)
        echo "systemctl: $* isn't known here" >&2
        exit 1
        ;;
esac
END
chmod 755 /run/bin/systemctl

cat >/etc/pgbouncer/pgbouncer.ini <<END
[databases]
[pgbouncer]
listen_addr = $address
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = /etc/pgbouncer/userlist.txt
logfile = /var/log/postgresql/pgbouncer.log
pidfile = /run/postgresql/pgbouncer.pid
END
: >/etc/pgbouncer/userlist.txt
chown postgres:postgres /etc/pgbouncer/pgbouncer.ini /etc/pgbouncer/userlist.txt
as postgres /usr/sbin/pgbouncer -q /etc/pgbouncer/pgbouncer.ini
echo $! >/run/units/pgbouncer

# As root, with the package's own configuration: its worker only becomes user haproxy.
setpriv --pdeathsig KILL /usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid \
    -S /run/haproxy-master.sock </dev/null 3<&- &
echo $! >/run/units/haproxy
pids="$pids $!"

(
    cat <&3 >/dev/null
    kill -9 $pids $$
) &
exec "$@"
