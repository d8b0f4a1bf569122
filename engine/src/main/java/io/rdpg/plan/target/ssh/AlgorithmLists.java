package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.ssh.config.Hop;
import io.rdpg.plan.target.ssh.config.Patterns;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Restricts a session's algorithms as a configuration says; unknown ones are left out. */
final class AlgorithmLists {
  /** What key exchanges need of the JVM, for which JSch would have to generate keys to know. */
  private static final Map<String, List<String>> NEEDED =
      Map.of(
          "curve25519-sha256", List.of("X25519"),
          "curve25519-sha256@libssh.org", List.of("X25519"),
          "mlkem768x25519-sha256", List.of("X25519", "ML-KEM-768"));

  /** What an agent signs for; JSch itself has no use of them. */
  private static final List<String> SECURITY_KEYS =
      List.of(
          "sk-ssh-ed25519-cert-v01@openssh.com",
          "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "sk-ssh-ed25519@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com");

  /** What JSch knows without listing it. */
  private static final String DSA = "ssh-dss";

  private AlgorithmLists() {}

  static void apply(Hop host, Session session) {
    names(Hop.Algorithms.PUBLIC_KEY)
        .forEach(
            name -> session.setConfig(name, String.join(",", usual(Hop.Algorithms.PUBLIC_KEY))));
    host.algorithms()
        .forEach((kind, wanted) ->
            names(kind).forEach(name -> session.setConfig(name, list(kind, wanted))));
    if (host.leastRsaBits() > Hop.USUAL_RSA_BITS) {
      withoutRsaCertificates(session);
    }
    onlyWhatIsOffered(session, "CheckCiphers", Hop.Algorithms.CIPHER);
    onlyWhatIsOffered(
        session, "CheckSignatures", Hop.Algorithms.HOST_KEY, Hop.Algorithms.PUBLIC_KEY);
    onlyWhatIsOffered(session, "CheckKexes", Hop.Algorithms.KEY_EXCHANGE);
  }

  /** JSch shows nobody the key in a host's certificate, so its length can't be checked. */
  private static void withoutRsaCertificates(Session session) {
    for (String name : names(Hop.Algorithms.HOST_KEY)) {
      session.setConfig(
          name,
          Stream.of(session.getConfig(name).split(",", -1))
              .filter(one -> !one.matches(".*rsa.*-cert-.*"))
              .collect(Collectors.joining(",")));
    }
  }

  /**
   * Of the algorithms that JSch tries out at each login, with new keys and whether it offers them
   * or not, leaves those that are offered and may be missing in this JVM.
   */
  private static void onlyWhatIsOffered(Session session, String check, Hop.Algorithms... kinds) {
    Set<String> tried = new LinkedHashSet<>(List.of(session.getConfig(check).split(",")));
    tried.retainAll(
        Stream.of(kinds)
            .flatMap(kind -> names(kind).stream())
            .flatMap(name -> Stream.of(session.getConfig(name).split(",")))
            .toList());
    tried.removeIf(Available.KEY_EXCHANGES::contains);
    session.setConfig(check, String.join(",", tried));
  }

  /** Looked up once. */
  private static final class Available {
    static final Set<String> KEY_EXCHANGES =
        NEEDED.entrySet().stream()
            .filter(exchange -> exchange.getValue().stream().allMatch(Available::isInThisJvm))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());

    private static boolean isInThisJvm(String keys) {
      try {
        KeyPairGenerator.getInstance(keys);
        return true;
      } catch (NoSuchAlgorithmException notHere) {
        return false;
      }
    }
  }

  /**
   * Checks that something is left of each list.
   *
   * @throws Failure when a list holds nothing that is known here
   */
  static void check(Hop host) {
    host.algorithms().forEach(AlgorithmLists::list);
  }

  /** What is offered where no configuration says it: JSch's own list, and security keys. */
  private static List<String> usual(Hop.Algorithms kind) {
    List<String> usual = new ArrayList<>();
    Collections.addAll(
        usual, Objects.requireNonNull(JSch.getConfig(names(kind).getFirst())).split(","));
    if (kind == Hop.Algorithms.PUBLIC_KEY) {
      usual.addAll(SECURITY_KEYS);
    }
    return usual;
  }

  /** By {@code +}, {@code -} and {@code ^} as in ssh_config(5), relative to what is usual. */
  private static String list(Hop.Algorithms kind, Hop.Restriction restriction) {
    String wanted = restriction.names();
    List<String> usual = usual(kind);
    List<String> named = Stream.of(wanted.replaceFirst("^[-+^]", "").split(",")).toList();
    Set<String> list = new LinkedHashSet<>();
    switch (wanted.charAt(0)) {
      case '+' -> {
        list.addAll(usual);
        list.addAll(known(named, usual));
      }
      case '-' ->
          usual.stream()
              .filter(name -> !Patterns.anyHost(String.join(",", named), name))
              .forEach(list::add);
      case '^' -> {
        list.addAll(known(named, usual));
        list.addAll(usual);
      }
      default -> list.addAll(known(named, usual));
    }
    if (list.isEmpty()) {
      throw Diagnostic.at(
              restriction.at(),
              Code.BAD_VALUE,
              "of the "
                  + keyword(kind)
                  + " '"
                  + wanted
                  + "' in the ssh configuration none is known here")
          .withHint("known here: " + String.join(", ", usual))
          .failure();
    }
    return String.join(",", list);
  }

  private static List<String> known(List<String> named, List<String> usual) {
    List<String> known = new ArrayList<>();
    for (String name : named) {
      if (name.contains("*") || name.contains("?")) {
        usual.stream().filter(one -> Patterns.anyHost(name, one)).forEach(known::add);
      } else if (usual.contains(name) || name.equals(DSA) || JSch.getConfig(name) != null) {
        known.add(name);
      }
    }
    return known;
  }

  private static List<String> names(Hop.Algorithms kind) {
    return switch (kind) {
      case KEY_EXCHANGE -> List.of("kex");
      case HOST_KEY -> List.of("server_host_key");
      case PUBLIC_KEY -> List.of("PubkeyAcceptedAlgorithms");
      case CIPHER -> List.of("cipher.c2s", "cipher.s2c");
      case MAC -> List.of("mac.c2s", "mac.s2c");
      case CA_SIGNATURE -> List.of("ca_signature_algorithms");
    };
  }

  private static String keyword(Hop.Algorithms kind) {
    return switch (kind) {
      case KEY_EXCHANGE -> "KexAlgorithms";
      case HOST_KEY -> "HostKeyAlgorithms";
      case PUBLIC_KEY -> "PubkeyAcceptedAlgorithms";
      case CIPHER -> "Ciphers";
      case MAC -> "MACs";
      case CA_SIGNATURE -> "CASignatureAlgorithms";
    };
  }
}
