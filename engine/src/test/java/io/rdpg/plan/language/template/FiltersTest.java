package io.rdpg.plan.language.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Failure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class FiltersTest {
  @Test
  void sql_literals() {
    assertThat(Filters.sqlLiteral(null)).isEqualTo("NULL");
    assertThat(Filters.sqlLiteral(true)).isEqualTo("true");
    assertThat(Filters.sqlLiteral(5L)).isEqualTo("5");
    assertThat(Filters.sqlLiteral(2.5)).isEqualTo("2.5");
    assertThat(Filters.sqlLiteral(Double.NaN)).isEqualTo("'NaN'");
    assertThat(Filters.sqlLiteral("")).isEqualTo("''");
    assertThat(Filters.sqlLiteral("O'Neil")).isEqualTo("'O''Neil'");
    assertThat(Filters.sqlLiteral("a\\b'c")).isEqualTo("E'a\\\\b''c'");
    assertThat(Filters.sqlLiteral("'; DROP TABLE x; --")).isEqualTo("'''; DROP TABLE x; --'");
    assertThatThrownBy(() -> Filters.sqlLiteral(List.of("a"))).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Filters.sqlLiteral("a\0b")).isInstanceOf(Failure.class);
  }

  @Test
  void sql_identifiers() {
    assertThat(Filters.sqlIdent("uuid-ossp")).isEqualTo("\"uuid-ossp\"");
    assertThat(Filters.sqlIdent("a\"b")).isEqualTo("\"a\"\"b\"");
    assertThatThrownBy(() -> Filters.sqlIdent("")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Filters.sqlIdent(null)).isInstanceOf(Failure.class);
  }

  @Test
  void shell_words() {
    assertThat(Filters.shellQuote("a b")).isEqualTo("'a b'");
    assertThat(Filters.shellQuote("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
    assertThat(Filters.shellQuote("")).isEqualTo("''");
  }

  @Test
  void pgpass_fields() {
    assertThat(Filters.pgpass("a:b\\c")).isEqualTo("a\\:b\\\\c");
    assertThatThrownBy(() -> Filters.pgpass("a\nb")).isInstanceOf(Failure.class);
  }

  @Test
  void texts_match_as_a_whole() {
    assertThat(Filters.matches("db12", "db\\d+")).isTrue();
    assertThat(Filters.matches("db12x", "db\\d+")).isFalse();
    assertThat(Filters.matches(12L, "\\d+")).isTrue();
    assertThat(Filters.matches("a\nb", "a.*")).isFalse();
    assertThatThrownBy(() -> Filters.matches("a", "(")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Filters.matches("a", null)).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Filters.matches(List.of("a"), "a")).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Filters.matches("ab".repeat(1_000_000), "(a|b)*"))
        .isInstanceOf(Failure.class);
  }

  @Test
  void node_ids() {
    assertThat(Filters.nodeId("127.0.0.11", null)).isEqualTo("rdpg_127_0_0_11");
    assertThat(Filters.nodeId(Map.of("address", "10.0.0.1"), null)).isEqualTo("rdpg_10_0_0_1");
    assertThat(Filters.nodeId("10.0.0.1", "n")).isEqualTo("n10_0_0_1");
    assertThatThrownBy(() -> Filters.nodeId(Map.of("name", "x"), null)).isInstanceOf(Failure.class);
  }

  @Test
  void node_ids_of_names_and_ipv6_addresses_are_told_apart() {
    assertThat(Filters.nodeId("db2.prod.internal", null)).matches("rdpg_db2_prod_internal_\\w{6}");
    assertThat(Filters.nodeId("a-b.c", null)).isNotEqualTo(Filters.nodeId("a.b-c", null));
    assertThat(Filters.nodeId("fd00::a", null)).isNotEqualTo(Filters.nodeId("fd00::b", null));
    assertThat(Filters.nodeId("x".repeat(200) + ".example", null).toString()).hasSizeLessThan(45);
  }

  @Test
  void hosts_of_pg_hba_conf() {
    assertThat(AddressFilters.hbaAddress("10.0.0.1")).isEqualTo("10.0.0.1/32");
    assertThat(AddressFilters.hbaAddress("fd00::1")).isEqualTo("fd00::1/128");
    assertThat(AddressFilters.hbaAddress("[fd00::1]")).isEqualTo("fd00::1/128");
    assertThat(AddressFilters.hbaAddress("10.0.0.0/8")).isEqualTo("10.0.0.0/8");
    assertThat(AddressFilters.hbaAddress("db2.prod.internal")).isEqualTo("db2.prod.internal");
    assertThat(AddressFilters.hbaAddress(Map.of("address", "db2"))).isEqualTo("db2");
    assertThat(AddressFilters.hbaAddress("all")).isEqualTo("\"all\"");
    assertThatThrownBy(() -> AddressFilters.hbaAddress("a b")).isInstanceOf(Failure.class);
  }

  @Test
  void hosts_with_ports() {
    assertThat(AddressFilters.hostPort("10.0.0.1", 5432L)).isEqualTo("10.0.0.1:5432");
    assertThat(AddressFilters.hostPort("db2.prod.internal", "1")).isEqualTo("db2.prod.internal:1");
    assertThat(AddressFilters.hostPort("fd00::1", 5432L)).isEqualTo("[fd00::1]:5432");
  }

  @Test
  void json() {
    assertThat(Json.write(List.of("a\"\\\n\u0001", 1L, true, Map.of("k", 2.5))))
        .isEqualTo("[\"a\\\"\\\\\\n\\u0001\",1,true,{\"k\":2.5}]");
    assertThat(Json.write(null)).isEqualTo("null");
  }

  /** The exchange of RFC 7677, section 3: the verifier's keys must fit its proof and signature. */
  @Test
  void scram_verifiers_fit_the_exchange_of_rfc_7677() throws GeneralSecurityException {
    String verifier =
        ScramVerifier.of("pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));
    assertThat(verifier).startsWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
    String[] keys = verifier.substring(verifier.lastIndexOf('$') + 1).split(":", 2);
    byte[] storedKey = Base64.getDecoder().decode(keys[0]);
    byte[] serverKey = Base64.getDecoder().decode(keys[1]);
    String message =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
            + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
            + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    assertThat(Base64.getEncoder().encodeToString(hmac(serverKey, message)))
        .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    byte[] signature = hmac(storedKey, message);
    byte[] clientKey = new byte[proof.length];
    for (int i = 0; i < proof.length; i++) {
      clientKey[i] = (byte) (proof[i] ^ signature[i]);
    }
    assertThat(MessageDigest.getInstance("SHA-256").digest(clientKey)).isEqualTo(storedKey);
  }

  @Test
  void scram_verifiers_are_the_same_for_the_same_salt() {
    assertThat(ScramVerifier.of("pencil", "rdpgmc"))
        .isEqualTo(ScramVerifier.of("pencil", "rdpgmc"));
    assertThat(ScramVerifier.of("pencil", "rdpgmc"))
        .isNotEqualTo(ScramVerifier.of("pencil", "rdpgsc1"));
    // SASLprep: a no-break space is a space.
    assertThat(ScramVerifier.of("pass\u00A0word", "s"))
        .isEqualTo(ScramVerifier.of("pass word", "s"));
  }

  @Test
  void remembered_verifiers_are_those_that_would_be_made() {
    VerifierCache verifiers = new VerifierCache();
    for (int round = 0; round < 2; round++) {
      for (String salt : List.of("rdpgmc", "rdpgsc1")) {
        for (String password : List.of("pencil", "pen")) {
          assertThat(verifiers.of(password, salt)).isEqualTo(ScramVerifier.of(password, salt));
        }
      }
    }
  }

  private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
  }
}
