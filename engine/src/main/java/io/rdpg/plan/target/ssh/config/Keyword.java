package io.rdpg.plan.target.ssh.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keywords of ssh_config(5) that say how a host is reached. */
enum Keyword {
  ADDRESS_FAMILY("AddressFamily", Form.ONE),
  CA_SIGNATURE_ALGORITHMS("CASignatureAlgorithms", Form.ONE),
  CERTIFICATE_FILE("CertificateFile", Form.EACH),
  CIPHERS("Ciphers", Form.ONE),
  CONNECTION_ATTEMPTS("ConnectionAttempts", Form.ONE),
  CONNECT_TIMEOUT("ConnectTimeout", Form.ONE),
  GLOBAL_KNOWN_HOSTS_FILE("GlobalKnownHostsFile", Form.MANY),
  HOST_KEY_ALGORITHMS("HostKeyAlgorithms", Form.ONE),
  HOST_KEY_ALIAS("HostKeyAlias", Form.ONE),
  HOST_NAME("HostName", Form.ONE),
  IDENTITIES_ONLY("IdentitiesOnly", Form.ONE),
  IDENTITY_AGENT("IdentityAgent", Form.ONE),
  IDENTITY_FILE("IdentityFile", Form.EACH),
  IGNORE_UNKNOWN("IgnoreUnknown", Form.ONE),
  KEX_ALGORITHMS("KexAlgorithms", Form.ONE),
  MACS("MACs", Form.ONE),
  PORT("Port", Form.ONE),
  PREFERRED_AUTHENTICATIONS("PreferredAuthentications", Form.ONE),
  PROXY_COMMAND("ProxyCommand", Form.LINE),
  PROXY_JUMP("ProxyJump", Form.LINE),
  PUBKEY_ACCEPTED_ALGORITHMS("PubkeyAcceptedAlgorithms", Form.ONE),
  REQUIRED_RSA_SIZE("RequiredRSASize", Form.ONE),
  SERVER_ALIVE_COUNT_MAX("ServerAliveCountMax", Form.ONE),
  SERVER_ALIVE_INTERVAL("ServerAliveInterval", Form.ONE),
  SET_ENV("SetEnv", Form.MANY),
  STRICT_HOST_KEY_CHECKING("StrictHostKeyChecking", Form.ONE),
  USER("User", Form.ONE),
  USER_KNOWN_HOSTS_FILE("UserKnownHostsFile", Form.MANY),

  // Only these values of theirs change nothing here.
  BIND_ADDRESS("BindAddress", "*"),
  BIND_INTERFACE("BindInterface"),
  CANONICALIZE_HOSTNAME("CanonicalizeHostname", "no", "false"),
  CHECK_HOST_IP("CheckHostIP", "no", "false"),
  KNOWN_HOSTS_COMMAND("KnownHostsCommand", "none"),
  PERMIT_LOCAL_COMMAND("PermitLocalCommand", "no", "false"),
  PKCS11_PROVIDER("PKCS11Provider", "none"),
  PROXY_USE_FDPASS("ProxyUseFdpass", "no", "false"),
  PUBKEY_AUTHENTICATION("PubkeyAuthentication", "yes", "true", "unbound", "host-bound"),
  REFUSE_CONNECTION("RefuseConnection"),
  REVOKED_HOST_KEYS("RevokedHostKeys", "none");

  /** How a keyword's values are read. */
  enum Form {
    /** One word; the first line counts. */
    ONE,
    /** Several words; the first line counts. */
    MANY,
    /** All of the line; the first one counts. */
    LINE,
    /** One word, and every line counts. */
    EACH
  }

  /**
   * Says how we use a terminal, a forwarding or a login by other means, which we never do. {@code
   * SendEnv} is among them, by which distributions send everybody's locale: what a plan does never
   * depends on the environment of whoever runs it.
   */
  private static final Set<String> WITHOUT_MEANING_HERE =
      lower(
          "AddKeysToAgent",
          "BatchMode",
          "CanonicalDomains",
          "CanonicalizeFallbackLocal",
          "CanonicalizeMaxDots",
          "CanonicalizePermittedCNAMEs",
          "ChallengeResponseAuthentication",
          "ChannelTimeout",
          "ClearAllForwardings",
          "Compression",
          "ControlMaster",
          "ControlPath",
          "ControlPersist",
          "DynamicForward",
          "EnableEscapeCommandline",
          "EnableSSHKeysign",
          "EscapeChar",
          "ExitOnForwardFailure",
          "FingerprintHash",
          "ForkAfterAuthentication",
          "ForwardAgent",
          "ForwardX11",
          "ForwardX11Timeout",
          "ForwardX11Trusted",
          "GatewayPorts",
          "GSSAPIAuthentication",
          "GSSAPIClientIdentity",
          "GSSAPIDelegateCredentials",
          "GSSAPIKexAlgorithms",
          "GSSAPIKeyExchange",
          "GSSAPIRenewalForcesRekey",
          "GSSAPIServerIdentity",
          "GSSAPITrustDns",
          "HashKnownHosts",
          "HostbasedAcceptedAlgorithms",
          "HostbasedAuthentication",
          "HostbasedKeyTypes",
          "IPQoS",
          "KbdInteractiveAuthentication",
          "KbdInteractiveDevices",
          "LocalCommand",
          "LocalForward",
          "LogLevel",
          "LogVerbose",
          "NoHostAuthenticationForLocalhost",
          "NumberOfPasswordPrompts",
          "ObscureKeystrokeTiming",
          "PasswordAuthentication",
          "PermitRemoteOpen",
          "RekeyLimit",
          "RemoteCommand",
          "RemoteForward",
          "RequestTTY",
          "SecurityKeyProvider",
          "SendEnv",
          "SessionType",
          "SkeyAuthentication",
          "StdinNull",
          "StreamLocalBindMask",
          "StreamLocalBindUnlink",
          "SyslogFacility",
          "Tag",
          "TCPKeepAlive",
          "Tunnel",
          "TunnelDevice",
          "UpdateHostKeys",
          "VerifyHostKeyDNS",
          "VersionAddendum",
          "VisualHostKey",
          "WarnWeakCrypto",
          "XAuthLocation",
          // OpenSSH itself ignores these by now.
          "AFSTokenPassing",
          "Cipher",
          "CompressionLevel",
          "FallBackToRsh",
          "GlobalKnownHostsFile2",
          "KeepAlive",
          "KerberosAuthentication",
          "KerberosTgtPassing",
          "Protocol",
          "RhostsAuthentication",
          "RhostsRSAAuthentication",
          "RSAAuthentication",
          "TISAuthentication",
          "UsePrivilegedPort",
          "UserKnownHostsFile2",
          "UseRoaming",
          "UseRsh");

  private static final Map<String, Keyword> BY_NAME = new HashMap<>();

  static {
    for (Keyword keyword : values()) {
      BY_NAME.put(keyword.word.toLowerCase(Locale.ROOT), keyword);
    }
    BY_NAME.put("pubkeyacceptedkeytypes", PUBKEY_ACCEPTED_ALGORITHMS);
    BY_NAME.put("dsaauthentication", PUBKEY_AUTHENTICATION);
    BY_NAME.put("identityfile2", IDENTITY_FILE);
  }

  private final String word;
  private final Form form;
  private final @Nullable String accepted;

  Keyword(String word, Form form) {
    this.word = word;
    this.form = form;
    this.accepted = null;
  }

  Keyword(String word, String... accepted) {
    this.word = word;
    this.form = Form.ONE;
    this.accepted = "," + String.join(",", accepted) + ",";
  }

  /** As the manual page writes it. */
  String word() {
    return word;
  }

  Form form() {
    return form;
  }

  /** Whether we can do what it says. */
  boolean accepts(String value) {
    return accepted == null || accepted.contains("," + value.toLowerCase(Locale.ROOT) + ",");
  }

  /** The keyword of this name in any case; empty when it isn't one of these. */
  static Optional<Keyword> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Whether a keyword concerns only what we never do. */
  static boolean hasNoMeaningHere(String name) {
    return WITHOUT_MEANING_HERE.contains(name.toLowerCase(Locale.ROOT));
  }

  /** The names of all that can be written. */
  static List<String> names() {
    return Arrays.stream(values()).map(Keyword::word).toList();
  }

  private static Set<String> lower(String... names) {
    return Set.copyOf(Arrays.stream(names).map(name -> name.toLowerCase(Locale.ROOT)).toList());
  }
}
