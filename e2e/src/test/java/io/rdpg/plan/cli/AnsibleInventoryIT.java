package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inventories are read as {@code ansible-inventory} reads them, where it is installed. */
@Tag("tool")
class AnsibleInventoryIT {
  private static final Optional<Path> ANSIBLE =
      Stream.of(System.getenv("PATH").split(":"))
          .map(directory -> Path.of(directory, "ansible-inventory"))
          .filter(Files::isExecutable)
          .findFirst();

  private static final List<String> VALUES =
      List.of(
          "1",
          "-5",
          "0x1F",
          "0644",
          "1_000",
          "1e3",
          "True",
          "true",
          "yes",
          "None",
          "abc",
          "'abc'",
          "[1, 'a']",
          "1,2",
          "(1)",
          "{'a': [1]}",
          "a=b",
          "1+1",
          "--1",
          "5m",
          "5 # c",
          "abc # c",
          "r'\\n'",
          "'x\\x41'",
          "[1,",
          "''",
          "é",
          "12345678901234567890");

  private static final List<String> HOSTS =
      List.of(
          "h1", "h2", "db[01:03]", "web[a:c]", "s:2222", "q[1:2].x.org:99", "[::1]:22", "n[:2]");

  @TempDir Path directory;

  @Test
  void reads_as_ansible_does() throws Exception {
    assumeThat(ANSIBLE).as("ansible-inventory").isPresent();
    for (int seed = 0; seed < 5; seed++) {
      Path here = Files.createDirectory(directory.resolve("of-" + seed));
      write(here, new Random(seed));
      ObjectMapper json = new ObjectMapper();
      String[] list = {"-i", "inv", "-i", "more.yml", "--playbook-dir", "play", "--list"};
      assertThat(json.readTree(ours(here, list)))
          .as("seed %d", seed)
          .isEqualTo(json.readTree(theirs(here, list)));
      String[] graph = {"-i", "inv", "-i", "more.yml", "--graph"};
      assertThat(ours(here, graph)).isEqualTo(theirs(here, graph));
    }
  }

  private static void write(Path here, Random random) {
    StringBuilder hosts = new StringBuilder(pick(HOSTS, random)).append('\n');
    List<String> groups = List.of("east", "prod", "db");
    for (String group : groups) {
      hosts.append('[').append(group).append("]\n");
      for (int i = 0; i < 2; i++) {
        String value = pick(VALUES, random).replace("\"", "");
        hosts.append(pick(HOSTS, random)).append(" v").append(i).append("=\"");
        hosts.append(value.replace("\\", "")).append("\" # note\n");
      }
      hosts.append('[').append(group).append(":vars]\n");
      for (int i = 0; i < 4; i++) {
        hosts.append('v').append(i).append(" = ").append(pick(VALUES, random)).append('\n');
      }
    }
    hosts.append("[prod:children]\ndb\nlater\n[later]\n[all:vars]\nv9=1\n");
    TestFiles.write(here.resolve("inv/hosts"), hosts.toString());
    TestFiles.write(here.resolve("inv/ignored.ini"), "[[[");
    TestFiles.write(
        here.resolve("more.yml"),
        "all: {hosts: {h1: {v8: yes}}, children: {east: {vars: {ansible_group_priority: 5, v1:"
            + " e}}}}");
    for (String file :
        List.of(
            "inv/group_vars/all.yml",
            "inv/group_vars/db/b",
            "play/group_vars/prod.yaml",
            "play/host_vars/h1.yml",
            "group_vars/east.json",
            "host_vars/db02")) {
      if (random.nextBoolean()) {
        String text = "{\"v%d\": \"%s\"}".formatted(random.nextInt(5), file);
        TestFiles.write(here.resolve(file), text);
      }
    }
    TestFiles.write(here.resolve("play/p.yml"), "");
  }

  private static String pick(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static String ours(Path here, String... arguments) {
    List<String> words = new ArrayList<>(List.of("inventory"));
    words.addAll(List.of(arguments));
    return RanInDirectory.of(here, words.toArray(String[]::new)).exits(0).out();
  }

  private static String theirs(Path here, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(ANSIBLE.orElseThrow().toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(here.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out;
  }
}
