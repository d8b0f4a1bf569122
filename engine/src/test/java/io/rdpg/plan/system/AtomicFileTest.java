package io.rdpg.plan.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("x.yml");
  }

  @Test
  void what_was_there_stays_until_the_new_content_is_whole() throws IOException {
    Files.writeString(file, "old, and longer than the new");
    try (AtomicFile next = AtomicFile.of(file).write("n").write("ew ä").sync()) {
      assertThat(file).content().startsWith("old");
      next.replace();
    }
    assertThat(file).content().isEqualTo("new ä");
    assertThat(names()).containsExactly("x.yml");
  }

  @Test
  void nothing_is_left_of_what_is_not_put_in_place() throws IOException {
    AtomicFile.of(file).write("half").close();
    assertThat(names()).isEmpty();
  }

  @Test
  void another_takes_the_place_of_none_when_it_is_created() throws IOException {
    try (AtomicFile next = AtomicFile.ownerOnly(file).write("first")) {
      next.create();
    }
    try (AtomicFile next = AtomicFile.ownerOnly(file).write("second")) {
      assertThatThrownBy(next::create).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(file).content().isEqualTo("first");
    assertThat(mode()).isEqualTo("rw-------");
    assertThat(names()).containsExactly("x.yml");
  }

  @Test
  void a_file_keeps_its_mode_even_one_that_nobody_may_write() throws IOException {
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-x---"));
    try (AtomicFile next = AtomicFile.like(file).write("new")) {
      next.replace();
    }
    assertThat(file).content().isEqualTo("new");
    assertThat(mode()).isEqualTo("r--r-x---");
  }

  @Test
  void what_is_replaced_has_to_be_there_and_its_directory_too() throws IOException {
    assertThatThrownBy(() -> AtomicFile.like(file)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> AtomicFile.of(directory.resolve("none/x")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(names()).isEmpty();
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(one -> one.getFileName().toString()).toList();
    }
  }
}
