package io.rdpg.plan.target.postgres;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.postgres.SqlErrors.Secrets;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** Passes on what a server says beside its answers to one effect, up to a limit. */
final class Notices {
  private static final int MOST = 20;
  private static final int LONGEST = 400;

  private final ServerMessages to;
  private final Secrets secrets;
  private int passed;

  Notices(ServerMessages to, Secrets secrets) {
    this.to = to;
    this.secrets = secrets;
  }

  /** Forgets them. */
  static Notices none() {
    return new Notices(ServerMessages.NONE, new Secrets(Text.EMPTY, List.of()));
  }

  /** Passes on what was said to this statement. */
  void pass(Statement statement) {
    try {
      SQLWarning said = statement.getWarnings();
      while (said != null && passed <= MOST) {
        pass(said);
        said = said.getNextWarning();
      }
    } catch (SQLException closed) {
      // The connection broke, which is reported by whoever used it.
    }
  }

  private void pass(SQLWarning said) {
    ServerErrorMessage message =
        said instanceof PSQLWarning ours ? ours.getServerErrorMessage() : null;
    if (message == null) {
      return;
    }
    String severity = message.getSeverity();
    String text = message.getMessage();
    if (severity == null || text == null) {
      return;
    }
    passed++;
    if (passed > MOST) {
      to.on(severity, "and more, which is not shown");
      return;
    }
    String detail = message.getDetail() == null ? "" : ": " + message.getDetail();
    String shown = secrets.redact(text + detail);
    to.on(severity, shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + " ...");
  }
}
