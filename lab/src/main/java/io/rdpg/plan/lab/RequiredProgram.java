package io.rdpg.plan.lab;

/** A program of the system that a lab runs, and the Debian package that contains it. */
public enum RequiredProgram {
  SSHD("sshd", "openssh-server"),
  SSH_KEYGEN("ssh-keygen", "openssh-client"),
  PGBOUNCER("pgbouncer", "pgbouncer"),
  HAPROXY("haproxy", "haproxy"),
  PSQL("psql", "postgresql-client"),
  SETSID("setsid", "util-linux"),
  SETPRIV("setpriv", "util-linux"),
  TAR("tar", "tar"),
  XZ("xz", "xz-utils");

  private final String program;
  private final String debianPackage;

  RequiredProgram(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  String program() {
    return program;
  }

  String debianPackage() {
    return debianPackage;
  }
}
