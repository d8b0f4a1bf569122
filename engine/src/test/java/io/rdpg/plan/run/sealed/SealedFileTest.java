package io.rdpg.plan.run.sealed;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.ReadTiming;
import io.rdpg.plan.run.event.Status;
import io.rdpg.plan.run.event.StepResult;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.ObservedRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {
  private static final String SECRET = "s3cret-word";
  private static final Event.At AT =
      new Event.At(
          "n1", "p.yml", "write it", "write it", "write it", null, null, null, 3, "x", false, 0);
  private static final Effect WRITE =
      new Effect.WriteFile("/etc/x", Text.secret(SECRET), null, null, 0600, List.of());
  private static final Effect PUT = new Effect.PutKey("a/b", Text.secret(SECRET), 7L);

  @TempDir Path directory;
  private Path file;
  private SealKey key;
  private DocumentSeal sealing;

  @BeforeEach
  void seal() {
    file = directory.resolve("preview.json");
    key = SealKey.readOrMake(directory.resolve("config/seal.key"));
    sealing = DocumentSeal.anew(key);
    new SealedFile(preview(new Observation.File(Text.plain(SECRET), "a", "a", 0600)), sealing)
        .write(file);
  }

  private SealedPreview preview(Observation observation) {
    PreviewRecording recording = new PreviewRecording();
    recording.on(new InternalEvent.LockGranted("lock", "n1"));
    List<ObservedRead> seen =
        List.of(new ObservedRead(Account.ofLogin("n1"), new Read.FileAt("/etc/x"), observation));
    recording.on(
        new InternalEvent.StepEnded(
            AT,
            new StepResult(
                Status.WOULD_CHANGE,
                "it differs",
                Map.of(),
                List.of(),
                seen,
                List.of(WRITE, PUT),
                null),
            Duration.ZERO,
            null,
            ReadTiming.FIRST,
            words -> words));
    return new SealedPreview(
        "1",
        "now",
        "run",
        key.fingerprint(),
        sealing.nonce(),
        new SealedPreview.Asked(
            "p",
            null,
            "all",
            List.of(),
            null,
            false,
            SealedFile.hideExtra(sealing, List.of("pw=" + SECRET))),
        List.of(),
        List.of("n1"),
        recording.locks(sealing, words -> words),
        recording.steps(sealing, words -> words));
  }

  @Test
  void is_read_as_it_was_written() throws IOException {
    SealedFile read = SealedFile.read(file, key);
    assertThat(read.preview().steps().get("n1")).hasSize(1);
    assertThat(read.preview().locks())
        .containsExactly(
            new SealedPreview.Lock(
                "lock", sealing.lock("lock"), List.of(new SealedPreview.Turn("n1", 0))));
    assertThat(read.extra()).containsExactly("pw=" + SECRET);
    assertThat(Files.readString(file)).doesNotContain(SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void any_change_is_refused() throws IOException {
    String text = Files.readString(file);
    for (String other :
        List.of(
            text.replace("/etc/x", "/etc/y"),
            text.replaceFirst("\n", "\n\n"),
            text.substring(0, text.length() - 10),
            "{}",
            "")) {
      Files.writeString(file, other);
      assertThat(refusal(key).code()).as(other).isEqualTo(Code.BAD_SEAL);
    }
  }

  @Test
  void cut_anywhere_it_is_refused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(refusal(key).code()).as("cut to %d bytes", length).isEqualTo(Code.BAD_SEAL);
    }
  }

  @Test
  void with_a_bit_of_any_byte_flipped_it_is_refused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] other = whole.clone();
      other[at] ^= (byte) (1 << at % 8);
      Files.write(file, other);
      assertThat(refusal(key).code()).as("bit %d of byte %d", at % 8, at).isEqualTo(Code.BAD_SEAL);
    }
  }

  @Test
  void with_any_byte_more_it_is_refused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int more = 0; more < 256; more++) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      longer[whole.length] = (byte) more;
      Files.write(file, longer);
      assertThat(refusal(key).code()).as("and %x", more).isEqualTo(Code.BAD_SEAL);
    }
  }

  @Test
  void another_key_is_named_as_the_reason() {
    SealKey other = SealKey.readOrMake(directory.resolve("other.key"));
    assertThat(refusal(other).message()).contains("another key");
  }

  private Diagnostic refusal(SealKey with) {
    return diagnosticOf(() -> SealedFile.read(file, with));
  }

  @Test
  void a_missing_key_is_told() {
    Diagnostic none = diagnosticOf(() -> SealKey.read(directory.resolve("nowhere")));
    assertThat(none.hint()).contains(SealKey.VARIABLE);
  }

  @Test
  void only_the_sealed_effects_pass_while_the_look_gives_the_same() {
    SealedPreview sealed = preview(new Observation.NoFile());
    SealedApproval approval =
        new SealedApproval(
            sealed,
            sealing,
            Set.of("n1"),
            new SealedLockOrder(sealed, sealing, Set.of("n1"), LoginTurns.NONE));
    List<ObservedRead> same =
        List.of(
            new ObservedRead(
                Account.ofLogin("n1"), new Read.FileAt("/etc/x"), new Observation.NoFile()));
    approval.ask(AT, same, List.of(WRITE, new Effect.PutKey("a/b", Text.secret(SECRET), 99L)));

    Effect other = new Effect.WriteFile("/etc/x", Text.plain("b"), null, null, 0600, List.of());
    assertThat(drift(approval, same, other)).contains("does not contain this effect");
    Observation there = new Observation.File(Text.plain(SECRET), "a", "a", 0600);
    assertThat(
            drift(
                approval,
                List.of(new ObservedRead(Account.ofLogin("n1"), new Read.FileAt("/etc/x"), there)),
                WRITE))
        .contains("file /etc/x was no file", "a file of 11 characters")
        .doesNotContain(SECRET);
  }

  private static String drift(SealedApproval approval, List<ObservedRead> seen, Effect effect) {
    Diagnostic failure = diagnosticOf(() -> approval.ask(AT, seen, List.of(effect)));
    assertThat(failure.code()).isEqualTo(Code.DRIFTED);
    return failure.message();
  }
}
