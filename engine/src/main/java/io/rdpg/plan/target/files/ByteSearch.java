package io.rdpg.plan.target.files;

import java.util.Arrays;

/** Search in bytes. */
final class ByteSearch {
  private ByteSearch() {}

  /** The first index at or after {@code from} of the wanted bytes; -1 for none. */
  static int find(byte[] bytes, byte[] wanted, int from) {
    return find(bytes, bytes.length, wanted, from);
  }

  /** The same in the first bytes only. */
  static int find(byte[] bytes, int length, byte[] wanted, int from) {
    for (int i = from; i + wanted.length <= length; i++) {
      if (bytes[i] == wanted[0]
          && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
