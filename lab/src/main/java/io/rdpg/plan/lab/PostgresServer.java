package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** PostgreSQL, made by an initdb of its own, so that each node has its own system identifier. */
record PostgresServer(LabContext site, LabNode node) implements LabServer {
  private static final String SETTINGS_FILE = "lab.conf";
  private static final int FIRST_WITH_ACTIVE_ORIGINS = 18;

  @Override
  public ServerKind kind() {
    return ServerKind.POSTGRES;
  }

  @Override
  public List<Integer> ports() {
    return List.of(node.ports().postgres());
  }

  @Override
  public void prepare() {
    LabDirectories.makeFor(site.user(), directory(site.home()), "rwx------");
    if (!Files.exists(data().resolve("PG_VERSION"))) {
      initialise();
    }
    refuseOtherMajor();
    forgetRecycledPid();
    LabDirectories.write(data().resolve(SETTINGS_FILE), settings(), "rw-------", site.user());
  }

  /**
   * What the lab needs, and above it what the inventory wants; a plan's {@code ALTER SYSTEM} goes
   * above both.
   */
  String settings() {
    return """
    listen_addresses = '%s'
    port = %d
    unix_socket_directories = ''
    shared_preload_libraries = 'pg_stat_statements'
    shared_buffers = '32MB'
    wal_level = logical
    max_wal_senders = 32
    max_replication_slots = 32
    max_logical_replication_workers = 32
    max_worker_processes = 64
    track_commit_timestamp = on
    log_line_prefix = '%%m [%%p] %%q%%u@%%d '
    fsync = %s
    """
            .formatted(node.address(), node.ports().postgres(), site.spec().fsync() ? "on" : "off")
        + (major() >= FIRST_WITH_ACTIVE_ORIGINS ? "max_active_replication_origins = 32\n" : "")
        + given();
  }

  private String given() {
    StringBuilder lines = new StringBuilder();
    site.spec()
        .postgres()
        .settings()
        .forEach(
            (name, value) -> lines.append("%s = '%s'%n".formatted(name, value.replace("'", "''"))));
    return lines.toString();
  }

  @Override
  public List<String> command() {
    return List.of(program("postgres"), "-D", data().toString());
  }

  @Override
  public boolean asLabUser() {
    return true;
  }

  /** As pg_ctl sees it: the last line of postmaster.pid says {@code ready}. */
  @Override
  public boolean answers(long pid) throws IOException {
    List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
    return lines.size() >= 8
        && lines.getFirst().strip().equals(Long.toString(pid))
        && lines.get(7).strip().equals("ready");
  }

  /** Done beside the data directory and renamed, so that half an initdb is never taken for one. */
  private void initialise() {
    LabHome home = site.home();
    Path fresh = directory(home).resolve("data.new");
    Path passwordFile = directory(home).resolve("password.new");
    LabDirectories.delete(fresh);
    String password =
        new LabPasswords(home.secrets())
            .read(LabPasswords.POSTGRES)
            .map(Text::reveal)
            .orElseThrow();
    LabDirectories.write(passwordFile, password, "rw-------", site.user());
    try {
      new ShortCommand(
              UserSwitch.command(
                  site,
                  List.of(
                      program("initdb"),
                      "--pgdata=" + fresh,
                      "--username=postgres",
                      "--pwfile=" + passwordFile,
                      "--auth=scram-sha-256",
                      "--encoding=UTF8",
                      "--no-locale",
                      "--no-instructions",
                      "--no-sync")))
          .run();
      Files.writeString(
          fresh.resolve("postgresql.conf"),
          "\ninclude = '" + SETTINGS_FILE + "'\n",
          StandardOpenOption.APPEND);
      Files.move(fresh, data());
      Files.delete(passwordFile);
    } catch (IOException e) {
      throw LabDirectories.failed(data(), e);
    }
  }

  private void refuseOtherMajor() {
    Path file = data().resolve("PG_VERSION");
    try {
      String made = Files.readString(file).strip();
      if (!made.equals(Integer.toString(major()))) {
        throw Failure.of(
            Code.LAB_FAILED,
            "the data of %s was created by PostgreSQL %s, and the lab now runs %s"
                .formatted(node.name(), made, site.postgres().bin()),
            "use the old version, or remove the lab with its data: rdpg-plan lab down");
      }
    } catch (IOException e) {
      throw LabDirectories.failed(file, e);
    }
  }

  /**
   * Where the pid of a postmaster that crashed has been given to another process of the same user,
   * PostgreSQL takes that one for its own and refuses to start. A postmaster works in its data
   * directory; what works elsewhere is none of this data.
   */
  private void forgetRecycledPid() {
    Path file = data().resolve("postmaster.pid");
    try {
      String pid = Files.readAllLines(file).getFirst().strip();
      Path worksIn = Files.readSymbolicLink(Path.of("/proc", pid, "cwd"));
      if (!worksIn.equals(data())) {
        Files.delete(file);
      }
    } catch (IOException _) {
      // No such file or no such process: nothing to forget.
    }
  }

  private int major() {
    return site.postgres().major();
  }

  private String program(String name) {
    return site.postgres().bin().resolve(name).toString();
  }

  private Path data() {
    return directory(site.home()).resolve("data");
  }
}
