package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LookupTest {
  private static final String SQL = "{database: d, sql: SELECT x, secret: [pw]}";

  @Test
  void rows_are_registered_their_secret_columns_marked() {
    Map<String, Object> row = Map.of("user", "u", "pw", "hidden");
    Map<String, ?> found =
        registered(SQL, new Observation.Table(List.of("user", "pw"), List.of(row, row)));
    assertThat(found.get("found")).isEqualTo(true);
    assertThat((List<?>) found.get("rows")).hasSize(2);
    assertThat(found.get("row"))
        .isEqualTo(Map.of("user", "u", "pw", Text.secret("hidden").marked()));
  }

  @Test
  void two_columns_of_one_name_are_refused() {
    Observation.Table ids = new Observation.Table(List.of("id", "id"), List.of());
    assertThat(diagnosticOf(() -> registered(SQL, ids)))
        .satisfies(error -> {
          assertThat(error.message()).isEqualTo("two columns of the result are called 'id'");
          assertThat(error.hint()).isEqualTo("give them names of their own by AS");
        });
  }

  @Test
  void what_is_absent_is_not_found() {
    assertThat(registered(SQL, new Observation.NoPlace("database d")))
        .isEqualTo(Map.of("found", false, "rows", List.of(), "row", Map.of()));
    assertThat(registered("{key: k}", new Observation.NoKey()))
        .isEqualTo(Map.of("found", false, "value", ""));
    assertThat(registered("{service: s}", new Observation.Instances(List.of())))
        .isEqualTo(Map.of("found", false, "service", "s", "instances", List.of()));
    assertThat(registered("{locks: k/}", new Observation.LocksHeld(List.of())))
        .isEqualTo(Map.of("found", false, "locks", List.of()));
    assertThat(registered("{file: /f}", new Observation.NoFile()))
        .isEqualTo(Map.of("found", false, "content", ""));
  }

  @Test
  void what_is_there_is_registered() {
    assertThat(registered("{key: k}", new Observation.KeyValue(Text.plain("v"), 1)))
        .isEqualTo(Map.of("found", true, "value", "v"));
    assertThat(
            registered(
                "{service: s}",
                new Observation.Instances(
                    List.of(
                        new Observation.Instance(
                            "n",
                            "i",
                            "a",
                            1,
                            List.of(new Observation.CheckState("c", "warning", "o")))))))
        .isEqualTo(
            Map.of(
                "found",
                true,
                "service",
                "s",
                "instances",
                List.of(
                    Map.of(
                        "node",
                        "n",
                        "id",
                        "i",
                        "address",
                        "a",
                        "port",
                        1,
                        "passing",
                        false,
                        "checks",
                        List.of(Map.of("name", "c", "status", "warning", "output", "o"))))));
    assertThat(
            registered(
                "{locks: k/}",
                new Observation.LocksHeld(
                    List.of(new Observation.LockState("k/l", "s", "a run", "n", "now")))))
        .isEqualTo(
            Map.of(
                "found",
                true,
                "locks",
                List.of(
                    Map.of(
                        "key", "k/l", "session", "s", "holder", "a run", "node", "n", "since",
                        "now"))));
    assertThat(registered("{file: /f}", new Observation.File(Text.plain("c"), "o", "g", 0644)))
        .isEqualTo(Map.of("found", true, "content", "c"));
    assertThat(registered("{file: /f}", new Observation.OtherFile("a directory")))
        .isEqualTo(Map.of("found", true, "content", ""));
  }

  /** A key, a server's certificate to 2026-12-29 and its authority's to 2026-12-09. */
  private static final String CHAIN =
      """
      -----BEGIN PRIVATE KEY-----
      bm90IGEga2V5
      -----END PRIVATE KEY-----
      -----BEGIN CERTIFICATE-----
      MIIBXDCCAQOgAwIBAgIUJ6XzV7eJuTOuSWUwA9gxYFNifocwCgYIKoZIzj0EAwIw
      DjEMMAoGA1UEAwwDZGIxMB4XDTI2MTEyOTA2Mzk0MloXDTI2MTIyOTA2Mzk0Mlow
      DjEMMAoGA1UEAwwDZGIxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKG/gR9AN
      AWSXOcYtasJ84Bz2+wfkaPKFPI2g+rzBaKtpqDDpnkqX0wLJbKEF67famxSaFI3s
      qShHusSJTyu4RqM/MD0wHAYDVR0RBBUwE4ILZGIxLmV4YW1wbGWHBAoAAAEwHQYD
      VR0OBBYEFJqNq2oYU7SmMCmDtj/6F4cLhmm2MAoGCCqGSM49BAMCA0cAMEQCIEom
      2+/qaYr76MRelgoLvTfanMdzVuYG7ngKySmgzcWXAiB5/0sKrVt/NVUDp5y9FYBq
      j6kZxAuUnSASmHGEHuxYLg==
      -----END CERTIFICATE-----
      -----BEGIN CERTIFICATE-----
      MIIBfTCCASOgAwIBAgIUFKZk2T6M82VspmLkrCKWx6njtEowCgYIKoZIzj0EAwIw
      FDESMBAGA1UEAwwJYXV0aG9yaXR5MB4XDTI2MTEyOTA2Mzk0MloXDTI2MTIwOTA2
      Mzk0MlowFDESMBAGA1UEAwwJYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0D
      AQcDQgAEnYa5yfM+pJFuYG3YO8Hb3qt2soxI27Q2sCFKG+M5sbbFP++rkjHxNQbs
      tKM8e2KkKxejZv2yh0OJQ8ASCNCoW6NTMFEwHQYDVR0OBBYEFCGuDxJpnNVFzbcZ
      rD+PV7x6aSyhMB8GA1UdIwQYMBaAFCGuDxJpnNVFzbcZrD+PV7x6aSyhMA8GA1Ud
      EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgWjJBbPHi+FdbEUubNy/bRWvy
      +XSSqy1h1SP7ajlwZroCIQCaDbRl3DMgXkXxAzoNFSsJmEwY1qmMQjvZGk3hn+av
      0A==
      -----END CERTIFICATE-----
      """;

  private static Diff certificate(String content, String now) {
    return StepArguments.diff(
        new Lookup(InstantSource.fixed(Instant.parse(now))),
        "{certificate: /f}",
        new Observation.File(Text.plain(content), "o", "g", 0600));
  }

  @Test
  void a_certificates_days_are_those_of_the_files_that_ends_first() {
    Map<String, ?> found = ((Diff.InSync) certificate(CHAIN, "2026-12-01T12:00:00Z")).registered();
    assertThat(found.get("days_left")).isEqualTo(7L);
    assertThat(found.get("not_after")).isEqualTo("2026-12-09T06:39:42Z");
    assertThat(found.get("certificates"))
        .isEqualTo(
            List.of(
                Map.of(
                    "subject", "CN=db1",
                    "issuer", "CN=db1",
                    "names", List.of("db1.example", "10.0.0.1"),
                    "not_before", "2026-11-29T06:39:42Z",
                    "not_after", "2026-12-29T06:39:42Z"),
                Map.of(
                    "subject", "CN=authority",
                    "issuer", "CN=authority",
                    "names", List.of(),
                    "not_before", "2026-11-29T06:39:42Z",
                    "not_after", "2026-12-09T06:39:42Z")));
  }

  @Test
  void one_that_has_ended_has_less_than_no_days() {
    assertThat(((Diff.InSync) certificate(CHAIN, "2026-12-09T06:39:43Z")).registered())
        .containsEntry("days_left", -1L);
    assertThat(((Diff.InSync) certificate(CHAIN, "2026-12-09T06:39:41Z")).registered())
        .containsEntry("days_left", 0L);
  }

  @Test
  void a_file_without_a_certificate_is_told_from_none() {
    assertThat(registered("{certificate: /f}", new Observation.NoFile()))
        .isEqualTo(Map.of("found", false, "certificates", List.of()));
    String key = CHAIN.substring(0, CHAIN.indexOf("-----BEGIN CERTIFICATE"));
    assertThat(diagnosticOf(() -> certificate(key, "2026-12-01T00:00:00Z")).message())
        .isEqualTo("/f holds no certificate in PEM");
    String broken = CHAIN.replace("MIIB", "MIIC");
    assertThat(diagnosticOf(() -> certificate(broken, "2026-12-01T00:00:00Z")).message())
        .startsWith("/f holds a broken certificate");
  }

  @Test
  void what_a_command_printed_is_registered_and_is_found_where_it_exits_0() {
    assertThat(registered("{command: [v]}", new Observation.CommandResult(0, "a\n\nb\n", "e")))
        .isEqualTo(Map.of("found", true, "exit", 0, "output", "a\n\nb"));
    assertThat(registered("{command: [v]}", new Observation.CommandResult(127, "", "not found")))
        .isEqualTo(Map.of("found", false, "exit", 127, "output", ""));
  }

  private static Map<String, ?> registered(String yaml, Observation observation) {
    return ((Diff.InSync) StepArguments.diff(new Lookup(), yaml, observation)).registered();
  }
}
