package io.rdpg.plan.target.tls;

import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Why a TLS connection was not made.
 *
 * @param kind what it is about
 * @param words what happened, for a message
 */
public record TlsFault(Kind kind, String words) {
  private static final String NOT_TRUSTED =
      "its certificate is not signed by an authority that is trusted";
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private static final Pattern CUT_OFF = Pattern.compile("(?i)broken pipe|reset|closed|aborted");
  private static final Pattern NAMES =
      Pattern.compile("Hostname (\\S+) not verified:.*subjectAltNames: \\[(.*)]", Pattern.DOTALL);

  /** What must be changed, so that a hint can name it. */
  public enum Kind {
    /** Its certificate isn't signed by whom we trust. */
    AUTHORITY,
    /** Its certificate is not, or no longer, valid. */
    VALIDITY,
    /** Its certificate is for other names. */
    NAME,
    /** It doesn't accept our certificate, or wants one and gets none. */
    CLIENT_CERTIFICATE,
    /** It speaks no TLS. */
    NO_TLS,
    OTHER
  }

  /** Empty when the connection failed by something else than TLS. */
  public static Optional<TlsFault> in(Throwable e) {
    SSLException ofTls = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      String words = Objects.requireNonNullElse(t.getMessage(), "");
      switch (t) {
        case CertificateExpiredException _ -> {
          return fault(Kind.VALIDITY, "its certificate has expired (" + words + ")");
        }
        case CertificateNotYetValidException _ -> {
          return fault(Kind.VALIDITY, "its certificate is not valid yet (" + words + ")");
        }
        case CertPathBuilderException _ -> {
          return fault(Kind.AUTHORITY, NOT_TRUSTED);
        }
        case CertPathValidatorException one when one.getReason() == PKIXReason.NO_TRUST_ANCHOR -> {
          return fault(Kind.AUTHORITY, NOT_TRUSTED);
        }
        case SSLPeerUnverifiedException _ -> {
          return fault(Kind.NAME, forOthers(words));
        }
        case SSLException one -> ofTls = one;
        default -> {}
      }
    }
    return Optional.ofNullable(ofTls).map(TlsFault::byMessage);
  }

  /**
   * Of a connection that was agreed on and then cut: with TLS 1.3 a server looks at the client's
   * certificate only then, and its alert may be lost.
   */
  public static Optional<TlsFault> cutOff(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      String words = Objects.requireNonNullElse(t.getMessage(), "");
      if (t instanceof SocketException && CUT_OFF.matcher(words).find()) {
        return fault(
            Kind.CLIENT_CERTIFICATE,
            "it ended the connection when it was shown our certificate, or none (" + words + ")");
      }
    }
    return Optional.empty();
  }

  /** Of OkHttp's message, which goes over several lines. */
  private static String forOthers(String words) {
    Matcher names = NAMES.matcher(words);
    return names.find()
        ? "its certificate is for " + names.group(2) + ", not for " + names.group(1)
        : words;
  }

  private static Optional<TlsFault> fault(Kind kind, String words) {
    return Optional.of(new TlsFault(kind, words));
  }

  private static TlsFault byMessage(SSLException e) {
    String words = Objects.requireNonNullElse(e.getMessage(), "");
    Matcher alert = ALERT.matcher(words);
    if (alert.find()) {
      String name = alert.group(1);
      boolean aboutUs = name.contains("certificate") || name.equals("unknown_ca");
      return new TlsFault(
          aboutUs ? Kind.CLIENT_CERTIFICATE : Kind.OTHER, "it refuses TLS: " + name);
    }
    if (words.contains("Unsupported or unrecognized SSL message")) {
      return new TlsFault(Kind.NO_TLS, "it doesn't answer with TLS");
    }
    return new TlsFault(Kind.OTHER, "TLS failed: " + words);
  }
}
