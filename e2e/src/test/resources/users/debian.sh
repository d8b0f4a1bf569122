# Runs a command ("$@") on a machine with the servers of a node where Debian's packages have them, and
# with a systemctl that does what the packages' units say. Run by machine.sh, in its namespace. All of
# it ends with the command, or when nobody holds its standard input any more.
# $1 is the machine's address, $2 the home of PostgreSQL 18, $3 the program consul, $4 a directory with
# what the operator brings: password (the superuser's), ca.pem, server.pem and server.key (PostgreSQL's and
# pgbouncer's), consul.pem and consul.key, consul.hcl.
set -eu
address=$1 postgres=$2 consul=$3 brought=$4
shift 4

mkdir -p /run/upper /run/work /run/bin /run/units
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc
cat >>/etc/sudoers <<'END'
Defaults use_pty, umask=0077, umask_override, secure_path="/run/bin:/usr/sbin:/usr/bin:/sbin:/bin"
END
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
own consul /etc/consul.d /etc/consul.d/tls /var/lib/consul /var/lib/rdpg/handlers
mkdir -p /var/lib/haproxy /etc/pgbouncer /etc/haproxy

bring() { # USER MODE FILE TARGET
    install -o "$1" -g "$1" -m "$2" "$brought/$3" "$4"
}
own postgres /etc/postgresql/tls
bring postgres 0644 ca.pem /etc/postgresql/tls/ca.pem
bring postgres 0644 server.pem /etc/postgresql/tls/server.pem
bring postgres 0600 server.key /etc/postgresql/tls/server.key
bring consul 0644 ca.pem /etc/consul.d/tls/ca.pem
bring consul 0644 consul.pem /etc/consul.d/tls/consul.pem
bring consul 0600 consul.key /etc/consul.d/tls/consul.key
bring consul 0640 consul.hcl /etc/consul.d/consul.hcl

exec 3<&0
as() { # USER COMMAND...: in the background
    user=$1
    shift
    setpriv --reuid="$user" --regid="$user" --init-groups --reset-env --pdeathsig KILL "$@" </dev/null 3<&- &
    pids="${pids-} $!"
}

# --- PostgreSQL, as pg_createcluster makes it ---
data=/var/lib/postgresql/18/main
setpriv --reuid=postgres --regid=postgres --init-groups "$postgres/bin/initdb" --pgdata=$data --username=postgres \
    --pwfile="$brought/password" --auth=scram-sha-256 --auth-local=peer --encoding=UTF8 --no-locale --no-sync \
    --no-instructions >/dev/null
cp $data/pg_hba.conf /etc/postgresql/18/main/
chown postgres:postgres /etc/postgresql/18/main/pg_hba.conf
cat >>$data/postgresql.conf <<END
port = 7432
listen_addresses = 'localhost,$address'
unix_socket_directories = '/run/postgresql'
hba_file = '/etc/postgresql/18/main/pg_hba.conf'
ssl = on
ssl_cert_file = '/etc/postgresql/tls/server.pem'
ssl_key_file = '/etc/postgresql/tls/server.key'
wal_level = logical
shared_preload_libraries = 'pg_stat_statements'
shared_buffers = 32MB
fsync = off
END
# Its unit: `systemctl restart` ends it, and it begins anew.
(while :; do
    setpriv --reuid=postgres --regid=postgres --init-groups --reset-env --pdeathsig KILL \
        "$postgres/bin/postgres" -D $data </dev/null 3<&- || :
done) 3<&- &
pids="${pids-} $!"

# --- Consul, as HashiCorp's package runs it ---
as consul "$consul" agent -config-dir=/etc/consul.d >/run/consul.log

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
    "restart postgresql@18-main")
        file=/var/lib/postgresql/18/main/postmaster.pid
        before=$(head -n 1 $file)
        kill -INT "$before"
        until [ "$(sed -n 1p $file 2>/dev/null)" != "$before" ] && sed -n 8p $file 2>/dev/null | grep -q ready; do
            sleep 0.1
        done
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
