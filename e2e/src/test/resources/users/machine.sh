# Runs a command ("$@") on a machine with users of its own: in a mount namespace, where /etc has other
# users and rules, /usr has sudo, doas and nc, and what programs leave in /run and /var is gone at the end.
# $1 is where users.sh keeps Debian's packages; $2 a file with authorized keys.
set -eu
packages=$1 keys=$2
shift 2

mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd /run/etc /run/etc/pam.d
cp "$keys" /run/keys
chmod 644 /run/keys
cp -p /etc/passwd /etc/shadow /etc/group /run/etc
cp -p "$packages/root/etc/pam.d/"* /run/etc/pam.d
cp -p "$packages/root/etc/sudo.conf" /run/etc

id=4200
user() { # NAME PASSWORD SHELL HOME
    id=$((id + 1))
    echo "$1:x:$id:$id::${4:-/tmp}:$3" >>/run/etc/passwd
    echo "$1:x:$id:" >>/run/etc/group
    printf '%s:%s:19000::::::\n' "$1" "$(openssl passwd -6 -salt rdpgplan "$2")" >>/run/etc/shadow
}
sed -i "s|^root:[^:]*:|root:$(openssl passwd -6 -salt rdpgplan root-word):|" /run/etc/shadow
user free free-word /bin/bash
user asked asked-word /bin/sh
user stranger stranger-word /bin/sh /run/stranger
user narrow narrow-word /bin/sh
user terminal terminal-word /bin/sh
user app app-word /bin/sh
user service service-word /usr/sbin/nologin

mkdir -m 700 /run/stranger
chown 4203:4203 /run/stranger

cat >/run/etc/sudoers <<'END'
Defaults lecture=always
Defaults:terminal requiretty
free ALL=(ALL) NOPASSWD: ALL
asked ALL=(ALL) ALL
narrow ALL=(app) NOPASSWD: /usr/bin/id
terminal ALL=(ALL) NOPASSWD: ALL
END
chmod 440 /run/etc/sudoers
cat >/run/etc/doas.conf <<'END'
permit nopass setenv { PATH=/run/bin:/usr/sbin:/usr/bin:/sbin:/bin } free
permit asked as service
END

mount -t overlay overlay -o "lowerdir=$packages/root/usr:/usr" /usr
mount -t overlay overlay -o lowerdir=/run/etc:/etc /etc
mount -t tmpfs tmpfs /var
mkdir -p /var/log /var/lib/sudo/lectured /var/empty
touch /var/log/btmp
exec "$@" -o AuthorizedKeysFile=/run/keys
