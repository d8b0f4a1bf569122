package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import io.rdpg.plan.step.SqlServer;
import io.rdpg.plan.step.StatementWords;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs SQL unless a query says that it is already done. */
public final class SqlExec implements Primitive<SqlExec.Want> {
  private static final String PARAMS = "params";

  /**
   * Decodes what the author wants.
   *
   * @param unless null for a statement that is to run always
   */
  public record Want(Effect.RunSql statement, Read.@Nullable Query unless) {}

  @Override
  public Signature signature() {
    return new Signature(
        "sql_exec",
        Category.SQL,
        "Runs SQL unless a query says that it is already done.",
        "`unless` holds",
        List.of(
            required("database", Kind.TEXT, "the database to run it in")
                .such("postgres")
                .subject("in"),
            SqlServerArgument.argument(),
            optional("sql", Kind.TEXT, "one or more statements").such("CREATE ROLE reports"),
            optional("file", Kind.TEMPLATE_FILE, "a file of statements, rendered as a template"),
            optional(
                    "unless",
                    Kind.TEXT,
                    "a query that only reads; it holds when its result is true, or a row of anything else")
                .such("SELECT 1 FROM pg_roles WHERE rolname = 'reports'"),
            optional("unless_file", Kind.TEMPLATE_FILE, "the same from a file"),
            optional("always", Kind.BOOL, "run it every time; must be explicit"),
            optional(PARAMS, Kind.LIST, "values for the statement's `?` marks"),
            optional(
                "transaction",
                Kind.BOOL,
                "true",
                "one transaction for all statements; `false` for statements that refuse one, such"
                    + " as CREATE DATABASE"),
            optional("retry_on", Kind.LIST, "SQLSTATEs after which the whole step is tried again")),
        List.of(
            new Signature.ExactlyOne(List.of("sql", "file")),
            new Signature.ExactlyOne(List.of("unless", "unless_file", "always"))),
        List.of(RegisteredFields.CHANGED),
        """
        - name: database rdpg exists
          sql_exec:
            database: postgres
            transaction: false
            sql: CREATE DATABASE rdpg TEMPLATE template0 ENCODING 'UTF8'
            unless: SELECT 1 FROM pg_database WHERE datname = 'rdpg'
        """);
  }

  @Override
  public Want decode(Args args) {
    String database = args.requiredName("database");
    Text sql = args.sql("sql").orElseGet(() -> args.requiredSql("file"));
    Set<String> retryOn = Set.copyOf(args.nameList("retry_on"));
    for (String state : retryOn) {
      if (!state.matches("[0-9A-Z]{5}")) {
        throw args.wrong(
            "retry_on", "must hold SQLSTATEs, such as \"40001\" in quotes, not '" + state + "'");
      }
    }
    if (!args.has("unless") && !args.has("unless_file") && !args.flag("always")) {
      throw args.wrong("always", "must be true where there is no 'unless'");
    }
    SqlServer server = SqlServerArgument.of(args);
    boolean console = SqlServerArgument.isConsole(server);
    if (console && args.has(PARAMS)) {
      throw args.wrong(PARAMS, "can't be given to a console: it knows no parameters");
    }
    return new Want(
        new Effect.RunSql(
            server,
            database,
            sql,
            parameters(args),
            args.bool("transaction").orElse(true) && !console,
            retryOn),
        args.sql("unless")
            .or(() -> args.sql("unless_file"))
            .map(query -> new Read.Query(server, database, query))
            .orElse(null));
  }

  private static List<Text> parameters(Args args) {
    for (Value value : args.values(PARAMS)) {
      if (value instanceof Value.Nothing) {
        throw Diagnostic.at(value.at(), Code.BAD_ARGUMENT_VALUE, "'params' must not hold a null")
            .withHint("write it in the statement: {{ value | sql_literal }} gives NULL")
            .failure();
      }
    }
    return args.texts(PARAMS);
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return want.unless() == null ? List.of() : List.of(want.unless());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(Resource.InPostgres.ANYTHING);
  }

  @Override
  public boolean replicatesNothing(Args known) {
    return SqlServerArgument.isConsole(SqlServerArgument.of(known))
        || known
            .text("sql")
            .or(() -> known.text("file"))
            .map(sql -> !StatementWords.changeRows(sql.reveal()))
            .orElse(false);
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Read.Query unless = want.unless();
    if (unless == null) {
      return change(want, "it runs always", false);
    }
    return switch (observations.of(unless)) {
      case Observation.Table table when table.holds() ->
          new Diff.InSync("its `unless` query holds");
      case Observation.Table _ -> change(want, "its `unless` query does not hold", true);
      case Observation.NoPlace absent ->
          new Diff.Refused(
              Code.SQL_FAILED,
              absent.what() + " doesn't exist, so nothing can be run in it",
              "create it in an earlier step");
    };
  }

  private static Diff change(Want want, String because, boolean lookAgain) {
    return new Diff.Change(
        List.of(want.statement()), because, shown(want.statement()), lookAgain, Map.of());
  }

  /** The statement, and what its marks stand for. */
  private static String shown(Effect.RunSql statement) {
    StringBuilder shown = new StringBuilder(statement.sql().toString().strip());
    int number = 0;
    for (Text value : statement.parameters()) {
      number++;
      shown.append("\n-- parameter ").append(number).append(": ");
      shown.append(value.toString().replace("\n", "\n--   "));
    }
    return shown.toString();
  }
}
