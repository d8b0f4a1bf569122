package io.rdpg.plan.target.tls;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;
import java.util.Arrays;

/** Private keys in the one format that Java reads (RFC 5208). */
final class Pkcs8 {
  private static final byte[] VERSION = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;

  private Pkcs8() {}

  /**
   * Puts a key of PKCS#1 or SEC 1 into PKCS#8. Which algorithm and curve it is for, the public key
   * says in the very words that PKCS#8 wants (RFC 5280, SubjectPublicKeyInfo).
   */
  static byte[] wrap(byte[] key, PublicKey counterpart) {
    byte[] info = counterpart.getEncoded();
    int begin = content(info, 0);
    int end = content(info, begin) + length(info, begin);
    byte[] algorithm = Arrays.copyOfRange(info, begin, end);
    return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
  }

  /** Where the content of the element at an offset begins. */
  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x82); // the length in two bytes: no key is longer
      out.write(length >> 8);
      out.write(length & 0xff);
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }
}
