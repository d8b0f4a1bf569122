package io.rdpg.plan.target.ssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what we read in a configuration with what OpenSSH says that it does: {@code ssh -G}. */
@Tag("tool")
class EvaluationIT {
  private static final int CONFIGURATIONS = Integer.getInteger("rdpg.tries", 150);

  /** What is compared, and what OpenSSH prints where nothing is set. */
  private static final Map<Keyword, String> COMPARED =
      Map.ofEntries(
          Map.entry(Keyword.HOST_NAME, ""),
          Map.entry(Keyword.USER, ""),
          Map.entry(Keyword.PORT, "22"),
          Map.entry(Keyword.IDENTITIES_ONLY, "no"),
          Map.entry(Keyword.IDENTITY_FILE, "*"),
          Map.entry(Keyword.CERTIFICATE_FILE, ""),
          Map.entry(Keyword.PROXY_JUMP, ""),
          Map.entry(Keyword.PROXY_COMMAND, ""),
          Map.entry(Keyword.USER_KNOWN_HOSTS_FILE, "*"),
          Map.entry(Keyword.GLOBAL_KNOWN_HOSTS_FILE, "*"),
          Map.entry(Keyword.SERVER_ALIVE_INTERVAL, "0"),
          Map.entry(Keyword.SERVER_ALIVE_COUNT_MAX, "3"),
          Map.entry(Keyword.CONNECT_TIMEOUT, "none"),
          Map.entry(Keyword.CONNECTION_ATTEMPTS, "1"),
          Map.entry(Keyword.REQUIRED_RSA_SIZE, "1024"),
          Map.entry(Keyword.SET_ENV, ""),
          Map.entry(Keyword.HOST_KEY_ALIAS, ""));

  @TempDir private static Path directory;

  @BeforeAll
  static void findSsh() throws IOException, InterruptedException {
    assumeThat(new ProcessBuilder("sh", "-c", "command -v ssh").start().waitFor()).isZero();
  }

  @Test
  void random_configurations_mean_what_they_mean_to_openssh() throws Exception {
    Random random = new Random(7);
    int refusedByBoth = 0;
    for (int i = 0; i < CONFIGURATIONS; i++) {
      Path file = directory.resolve("config" + i);
      Files.writeString(file, new RandomConfig(random, directory, "c" + i).text());
      String host = RandomConfig.host(random);
      refusedByBoth += compare(file, List.of(), host) ? 0 : 1;
    }
    assertThat(refusedByBoth).as("else nothing is compared").isLessThan(CONFIGURATIONS / 5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host web\nHostName=10.0.0.1\nUser = \"a b\"\n",
        "Host *\n  Port\t2022 # here\n  IdentityFile \"~/.ssh/my key\"\n  identityfile ~/.ssh/%h\n",
        "Host !web *\nPort 1\nHost * !web\nPort 2\nHost *\nPort 3\n",
        "Host w?b\nHostName %h.example.org\nMatch host web.example.org\nUser matched\n",
        "Match originalhost web !host other\nUser first\nMatch all\nUser second\nPort 5\n",
        "Match exec \"test %h = web\"\nPort 77\nMatch !exec \"false\" user root,deploy\nPort 78\n",
        "Match final host web.example.org\nPort 9\nHost web\nHostName web.example.org\n",
        "Match final\nHostName late\nMatch !final\nUser early\n",
        "Host web.example.org\nPort 5\nMatch originalhost web final\nUser u\nHost web\nHostName WEB.example.org\n",
        "ProxyJump none\nProxyCommand nc %h %p\n",
        "ProxyJump none\nProxyJump bastion\n",
        "ProxyJump bastion # behind it\nMatch host=web\nPort 12\n",
        "ProxyCommand none\nProxyJump bastion\n",
        "ProxyJump user@bastion:2222\nProxyCommand nc\n",
        "ProxyCommand exec nc -x \"proxy:1\" %h %p # not a comment\n",
        "UserKnownHostsFile /a \"/b c\" ~/.ssh/d\nGlobalKnownHostsFile none\n",
        "IdentityFile none\nServerAliveInterval 1m30\nConnectTimeout 5s\n",
        "IdentityFile a\nIdentityFile b\nIdentityFile a\nCertificateFile c-cert.pub\nCertificateFile d\n",
        "IgnoreUnknown Use*,Foo\nUseKeychain yes\nFoo bar baz\nPort 7\n",
        "  \"Port\" 8\n#Port 9\n\n\tUser\tx\n",
        "User 'single quoted'\nHostKeyAlias al\\ ias\n",
        "Match localuser root,nobody\nPort 4\nMatch !localuser root\nPort 6\n",
        "UserKnownHostsFile ~root/a /~root/b\nGlobalKnownHostsFile ~root/%h ${HOME}\n",
        "SetEnv A=1 \"B=x y\"\nSetEnv C=3\nSendEnv LANG\nRequiredRSASize 3072\n",
        "Match exec \"test %l = $(uname -n) -a %k = web\"\nPort 8\n",
      })
  void a_configuration_means_what_it_means_to_openssh(String text) throws Exception {
    Path file = Files.createTempFile(directory, "config", "");
    Files.writeString(file, text);
    assertThat(compare(file, List.of(), "web")).as("understood").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nonsense yes\n",
        "Port 0x10\n",
        "Port 0\n",
        "Port 70000\n",
        "UserKnownHostsFile ~no-such-user/x\n",
        "Host\nPort 1\n",
        "Match nonsense x\n",
        "Match host\n",
        "User \"open\n",
        "User a b\n"
      })
  void what_openssh_refuses_is_refused(String text) throws Exception {
    Path file = Files.createTempFile(directory, "config", "");
    Files.writeString(file, text);
    assertThat(compare(file, List.of(), "web")).as("understood").isFalse();
  }

  @Test
  void options_win_over_files_in_their_order() throws Exception {
    Path file = Files.createTempFile(directory, "config", "");
    Files.writeString(file, "Port 1\nUser file\nIdentityFile f\nServerAliveInterval 8\n");
    assertThat(
            compare(
                file,
                List.of("Port=2", "User given", "port 3", "IdentityFile=\"o p\"", "ProxyJump j"),
                "web"))
        .isTrue();
  }

  /** False when both refuse it. */
  private static boolean compare(Path file, List<String> options, String host) throws Exception {
    Map<Keyword, List<String>> theirs = openssh(file, options, host);
    Map<Keyword, List<String>> ours = ours(file, options, host);
    assertThat(ours)
        .as("%s for %s %s:%n%s", file, host, options, Files.readString(file))
        .isEqualTo(theirs);
    return !theirs.isEmpty();
  }

  private static Map<Keyword, List<String>> openssh(Path file, List<String> options, String host)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("ssh", "-G", "-F", file.toString()));
    options.forEach(option -> command.addAll(List.of("-o", option)));
    command.add(host);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      return Map.of();
    }
    Map<Keyword, List<String>> found = new TreeMap<>();
    for (String line : out.lines().toList()) {
      String[] words = line.split(" ", 2);
      Keyword.named(words[0])
          .filter(COMPARED::containsKey)
          .ifPresent(keyword ->
              found
                  .computeIfAbsent(keyword, _ -> new ArrayList<>())
                  .add(words.length > 1 ? words[1] : ""));
    }
    COMPARED.forEach((keyword, unset) -> {
      if (unset.equals("*") && isDefault(keyword, found.getOrDefault(keyword, List.of()))) {
        found.remove(keyword);
      }
    });
    return found;
  }

  private static boolean isDefault(Keyword keyword, List<String> values) {
    return switch (keyword) {
      case IDENTITY_FILE -> values.contains("~/.ssh/id_rsa") && values.contains("~/.ssh/id_ecdsa");
      case USER_KNOWN_HOSTS_FILE -> values.getFirst().endsWith("/known_hosts2");
      case GLOBAL_KNOWN_HOSTS_FILE -> values.getFirst().endsWith("/ssh_known_hosts2");
      default -> false;
    };
  }

  private static Map<Keyword, List<String>> ours(Path file, List<String> options, String host) {
    Surroundings here = Surroundings.own();
    try {
      List<ConfigLine> commandLine =
          options.stream()
              .flatMap(o -> Stream.ofNullable(ConfigLine.read(Span.of("-o"), o)))
              .toList();
      ConfigFiles files = ConfigFiles.named(file.toString(), Span.of("-F"), here);
      Settings settings = Evaluation.of(here, files, commandLine, host);
      Map<Keyword, List<String>> found = new TreeMap<>();
      COMPARED.forEach((keyword, unset) -> {
        List<String> values = shown(settings, keyword, host, here);
        if (!values.isEmpty()) {
          found.put(keyword, values);
        } else if (!unset.isEmpty() && !unset.equals("*")) {
          found.put(keyword, List.of(unset));
        }
      });
      return found;
    } catch (Failure | InvalidPathException refused) {
      return Map.of();
    }
  }

  /** As {@code ssh -G} prints it. */
  private static List<String> shown(
      Settings settings, Keyword keyword, String host, Surroundings here) {
    List<String> values = settings.all(keyword).stream().map(Setting::value).toList();
    return switch (keyword) {
      case HOST_NAME -> List.of(settings.hostName(host));
      case USER -> List.of(settings.user(here));
      case PORT -> List.of(String.valueOf(settings.port()));
      case GLOBAL_KNOWN_HOSTS_FILE ->
          values.isEmpty() ? List.of() : List.of(String.join(" ", values));
      case USER_KNOWN_HOSTS_FILE ->
          values.isEmpty()
              ? List.of()
              : List.of(
                  String.join(" ", values.stream().map(one -> here.path(one).toString()).toList()));
      case SERVER_ALIVE_INTERVAL, CONNECT_TIMEOUT ->
          settings.all(keyword).stream().map(one -> String.valueOf(one.seconds())).toList();
      case IDENTITIES_ONLY ->
          values.stream().map(one -> one.toLowerCase(Locale.ROOT).replace("true", "yes")).toList();
      case PROXY_JUMP, PROXY_COMMAND ->
          values.stream().filter(value -> !value.equals("none")).toList();
      default -> values;
    };
  }
}
