package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;

import io.rdpg.plan.language.model.Fields;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Certificate;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads something for later steps. Never waits, and never fails because it is absent. */
public final class Lookup implements Primitive<Lookup.Want> {

  private final InstantSource clock;

  public Lookup() {
    this(InstantSource.system());
  }

  /**
   * @param clock until when a certificate's days are counted from
   */
  Lookup(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What is read.
   *
   * @param secretColumns which columns of it are secret
   * @param certificate whether it is a file's certificates that are asked for, not its content
   */
  public record Want(Read<?> read, List<String> secretColumns, boolean certificate) {
    private Want(Read<?> read, List<String> secretColumns) {
      this(read, secretColumns, false);
    }
  }

  @Override
  public Signature signature() {
    return new Signature(
        "lookup",
        Category.LOOKUP,
        "Reads something for later steps; never waits, and doesn't fail when it is absent.",
        "always",
        List.of(
            optional("sql", Kind.TEXT, "a query that only reads")
                .such("SELECT 1 FROM pg_extension"),
            optional("database", Kind.TEXT, "the database for `sql`")
                .such("postgres")
                .subject("in"),
            SqlServerArgument.argument(),
            optional("secret", Kind.LIST, "columns of `sql` that are never shown"),
            optional("key", Kind.TEXT, "a Consul key").subject("key").as(Role.RESOURCE),
            optional("service", Kind.TEXT, "a Consul service's name")
                .subject("service")
                .as(Role.RESOURCE),
            optional("member", Kind.TEXT, "one of Consul's own nodes, by its name there")
                .subject("member"),
            optional(
                    "locks",
                    Kind.TEXT,
                    "the beginning of Consul keys, up to a `/`: those that a session holds")
                .subject("locks"),
            optional("file", Kind.TEXT, "a path on the node").subject("file").as(Role.RESOURCE),
            optional(
                    "certificate",
                    Kind.TEXT,
                    "the path of a file on the node that holds certificates in PEM")
                .subject("certificate")
                .as(Role.RESOURCE),
            optional("command", Kind.LIST, "a command that only reads, run without a shell")
                .as(Role.COMMAND_LINE)),
        List.of(
            new Signature.ExactlyOne(
                List.of(
                    "sql", "key", "service", "member", "locks", "file", "certificate", "command")),
            new Signature.Needs("sql", "database"),
            new Signature.Needs("database", "sql"),
            new Signature.Needs("secret", "sql"),
            new Signature.Needs("server", "sql")),
        List.of(
            RegisteredFields.FOUND,
            RegisteredFields.VALUE,
            new Signature.Field("rows", "with `sql`: a list of maps by column; `row` is the first"),
            new Signature.Field("service", "with `service`: its name"),
            new Signature.Field(
                "instances",
                "with `service`: maps of node, id, address, port, passing, and checks: maps of"
                    + " name, status, output"),
            new Signature.Field(
                "locks", "with `locks`: maps of key, session, holder, node, since, by key"),
            new Signature.Field("alive", "with `member`: whether the other agents reach its agent"),
            new Signature.Field("content", "with `file`: its content"),
            new Signature.Field(
                "days_left",
                "with `certificate`, where there is one: whole days until the first of the file's"
                    + " certificates ends; negative when it has"),
            new Signature.Field("not_after", "the time at which that one ends, in UTC (ISO 8601)"),
            new Signature.Field(
                "certificates",
                "with `certificate`: maps of subject, issuer, names, not_before, not_after, in the"
                    + " file's order"),
            new Signature.Field(
                "output",
                "with `command`: what it printed, without the last line end; `found` where it"
                    + " exits 0, which is `exit`")),
        """
        - name: the write master
          lookup: {service: "{{ cluster.id }}-master"}
          register: master
        """);
  }

  @Override
  public Want decode(Args args) {
    List<String> secret = args.nameList("secret");
    if (args.has("sql")) {
      return new Want(
          new Read.Query(
              SqlServerArgument.of(args), args.requiredName("database"), args.requiredSql("sql")),
          secret);
    }
    if (args.has("key")) {
      return new Want(new Read.Key(args.requiredKey("key")), secret);
    }
    if (args.has("service")) {
      return new Want(new Read.Service(args.requiredName("service")), secret);
    }
    if (args.has("member")) {
      return new Want(new Read.Member(args.requiredName("member")), secret);
    }
    if (args.has("locks")) {
      return new Want(new Read.Locks(prefix(args)), secret);
    }
    if (args.has("certificate")) {
      return new Want(new Read.FileAt(args.requiredName("certificate")), secret, true);
    }
    if (args.has("command")) {
      return new Want(command(args), secret);
    }
    return new Want(new Read.FileAt(args.requiredName("file")), secret);
  }

  private static Read.Probe command(Args args) {
    List<Text> argv = args.commandLine("command");
    if (argv.isEmpty()) {
      throw args.wrong("command", "names no command");
    }
    return new Read.Probe(argv, Map.of());
  }

  private static String prefix(Args args) {
    String prefix = args.requiredKey("locks");
    if (!prefix.endsWith("/")) {
      throw args.wrong("locks", "must end with '/', unlike '" + prefix + "'");
    }
    return prefix;
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return List.of(want.read());
  }

  private Map<String, @Nullable Object> certificates(Read.FileAt read, Observation.FileState file) {
    return file instanceof Observation.File(Text content, _, _, _)
        ? RegisteredFields.certificates(Certificate.all(read.path(), content), clock.instant())
        : Fields.of("found", false, "certificates", List.of());
  }

  private static Map<String, @Nullable Object> instances(
      Read.Service read, Observation.Instances observation) {
    Map<String, @Nullable Object> fields =
        new LinkedHashMap<>(RegisteredFields.instances(observation));
    fields.put("service", read.name());
    return fields;
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of();
  }

  @Override
  public Set<ConsulRight> rights(Args known) {
    return ConsulRight.toRead(known);
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    return new Diff.InSync(
        "read",
        switch (want.read()) {
          case Read.Query query ->
              RegisteredFields.rows(observations.of(query), want.secretColumns());
          case Read.Key key -> RegisteredFields.key(observations.of(key));
          case Read.Member member -> RegisteredFields.member(observations.of(member));
          case Read.Service service -> instances(service, observations.of(service));
          case Read.Locks locks -> RegisteredFields.locks(observations.of(locks));
          case Read.FileAt file ->
              want.certificate()
                  ? certificates(file, observations.of(file))
                  : RegisteredFields.file(observations.of(file));
          case Read.Probe command -> RegisteredFields.command(observations.of(command));
          case Read.Placing _, Read.Registered _, Read.Port _, Read.Http _, Read.Configuration _ ->
              throw new IllegalStateException("never decoded to this read");
        });
  }
}
