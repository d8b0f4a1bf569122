package io.rdpg.plan.target.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.rdpg.plan.target.ssh.config.Hop;
import io.rdpg.plan.target.ssh.config.Patterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What known_hosts files say about one host, read as OpenSSH does (sshd(8), SSH_KNOWN_HOSTS FILE
 * FORMAT): names in clear or hashed, patterns, {@code [host]:port}, {@code @revoked} and {@code
 * @cert-authority}. JSch's own reader takes one file, and doesn't say where a line is. Nothing is
 * ever added.
 */
final class KnownHosts implements HostKeyRepository {
  private static final String REVOKED = "@revoked";
  private static final String AUTHORITY = "@cert-authority";

  private final String filedUnder;
  private final List<Path> files;
  private final List<Line> lines;
  private final int leastRsaBits;
  private volatile byte @Nullable [] presented;

  private KnownHosts(String filedUnder, List<Path> files, List<Line> lines, int leastRsaBits) {
    this.filedUnder = filedUnder;
    this.files = files;
    this.lines = lines;
    this.leastRsaBits = leastRsaBits;
  }

  /**
   * A line for this host.
   *
   * @param marker empty for an ordinary host key
   * @param byPort whether it names the host as it is filed, not only its name without the port
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes of a key
  private record Line(
      Path file, int number, String marker, boolean byPort, String type, byte[] key) {
    boolean marks(String wanted) {
      return marker.equals(wanted);
    }

    String place() {
      return file + ":" + number;
    }
  }

  /** Reads the lines for a host in the files that its configuration names and that exist. */
  static KnownHosts of(Hop host) {
    String filedUnder = filedUnder(host);
    String bare = host.hostKeyAlias() == null ? host.host() : filedUnder;
    List<Path> files =
        Stream.concat(host.trust().user().stream(), host.trust().global().stream()).toList();
    List<Line> lines = new ArrayList<>();
    files.forEach(file -> read(file, filedUnder, bare.toLowerCase(Locale.ROOT), lines));
    return new KnownHosts(filedUnder, files, lines, host.leastRsaBits());
  }

  /** Its alias, else its name, with the port where it isn't the usual one. */
  static String filedUnder(Hop host) {
    if (host.hostKeyAlias() != null) {
      return host.hostKeyAlias();
    }
    String name = host.host().toLowerCase(Locale.ROOT);
    return host.port() == 22 ? name : "[" + name + "]:" + host.port();
  }

  private static void read(Path file, String filedUnder, String bare, List<Line> lines) {
    List<String> all;
    try {
      all = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException e) {
      return; // as if it weren't there: what it holds isn't trusted then
    }
    int number = 0;
    for (String text : all) {
      number++;
      List<String> words = List.of(text.strip().split("\\s+"));
      boolean marked = words.getFirst().startsWith("@");
      int hosts = marked ? 1 : 0;
      if (words.size() < hosts + 3 || words.getFirst().startsWith("#")) {
        continue;
      }
      boolean byPort = names(words.get(hosts), filedUnder);
      if (byPort || names(words.get(hosts), bare)) {
        byte[] key = decoded(words.get(hosts + 2));
        if (key.length > 0) {
          lines.add(
              new Line(
                  file, number, marked ? words.getFirst() : "", byPort, words.get(hosts + 1), key));
        }
      }
    }
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static boolean names(String hosts, String name) {
    return hosts.startsWith("|1|") ? hashes(hosts, name) : Patterns.anyHost(hosts, name);
  }

  /** {@code |1|salt|HMAC-SHA1 of the name}. */
  private static boolean hashes(String hosts, String name) {
    String[] parts = hosts.split("\\|", -1);
    if (parts.length != 4) {
      return false;
    }
    byte[] salt = decoded(parts[2]);
    if (salt.length == 0) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      return MessageDigest.isEqual(
          mac.doFinal(name.getBytes(StandardCharsets.UTF_8)), decoded(parts[3]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }

  /** A line without the port counts only when it has this very key. */
  @Override
  public int check(String host, byte[] key) {
    presented = key.clone();
    if (revoking() != null || isTooShort()) {
      return CHANGED;
    }
    boolean known = ordinary().anyMatch(line -> Arrays.equals(line.key(), key));
    return known ? OK : conflicting() != null ? CHANGED : NOT_INCLUDED;
  }

  private Stream<Line> ordinary() {
    return lines.stream().filter(line -> line.marks(""));
  }

  private @Nullable Line revoking() {
    return lines.stream()
        .filter(line -> line.marks(REVOKED) && Arrays.equals(line.key(), presented))
        .findFirst()
        .orElse(null);
  }

  private @Nullable Line conflicting() {
    String type = KeyBytes.type(Objects.requireNonNull(presented));
    return ordinary()
        .filter(line -> line.byPort() && line.type().equals(type))
        .findFirst()
        .orElse(null);
  }

  /** Whether the host presented an RSA key that is shorter than it must be. */
  boolean isTooShort() {
    byte[] key = presented;
    return key != null && KeyBytes.isShortRsa(key, leastRsaBits);
  }

  /** Where the key that the host presented is revoked; null when it isn't. */
  @Nullable String revokedAt() {
    Line line = presented == null ? null : revoking();
    return line == null ? null : line.place();
  }

  /** Where another key of the kind that the host presented is; null when it isn't anywhere. */
  @Nullable String otherKeyAt() {
    Line line = presented == null ? null : conflicting();
    return line == null ? null : line.place();
  }

  /** Whether a certificate's authority could have vouched for the host. */
  boolean hasAuthority() {
    return lines.stream().anyMatch(line -> line.marks(AUTHORITY));
  }

  /** The presented key, such as {@code ssh-ed25519 SHA256:…}; empty when it presented none. */
  String fingerprint() {
    byte[] key = presented;
    return key == null ? "" : KeyBytes.type(key) + " " + KeyBytes.fingerprint(key);
  }

  List<Path> files() {
    return files;
  }

  @Override
  public String getKnownHostsRepositoryID() {
    return "known_hosts";
  }

  /** All with their markers. */
  @Override
  public HostKey[] getHostKey() {
    return hostKeys(lines.stream());
  }

  /** The ordinary ones, by which JSch chooses the kind of key to ask for. */
  @Override
  public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
    return hostKeys(ordinary().filter(line -> type == null || line.type().equals(type)));
  }

  private HostKey[] hostKeys(Stream<Line> chosen) {
    List<HostKey> keys = new ArrayList<>();
    chosen.forEach(line -> {
      try {
        keys.add(new HostKey(line.marker(), filedUnder, 0, line.key(), null));
      } catch (JSchException | RuntimeException e) {
        // of a kind that can't be asked for
      }
    });
    return keys.toArray(HostKey[]::new);
  }

  @Override
  public void add(HostKey key, UserInfo user) {
    throw new UnsupportedOperationException("host keys are only checked");
  }

  @Override
  public void remove(String host, String type) {
    throw new UnsupportedOperationException("host keys are only checked");
  }

  @Override
  public void remove(String host, String type, byte[] key) {
    throw new UnsupportedOperationException("host keys are only checked");
  }
}
