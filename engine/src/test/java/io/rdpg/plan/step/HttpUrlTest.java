package io.rdpg.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://h, false, h, 80, h, /",
    "HTTPS://h/a/b?c=d#e, true, h, 443, h, /a/b?c=d",
    "http://my_host:8080?x=1, false, my_host, 8080, my_host:8080, /?x=1",
    "http://[::1]:65535/v, false, ::1, 65535, [::1]:65535, /v",
    "https://[fe80::1%eth0]/, true, fe80::1%eth0, 443, [fe80::1%eth0], /",
  })
  void takes_a_url_apart(
      String url, boolean secure, String host, int port, String authority, String target) {
    assertThat(HttpUrl.parse(url))
        .hasValue(new HttpUrl(secure, new Endpoint(host, port), authority, target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h:80",
        "ftp://h",
        "http://",
        "http:///path",
        "http://h:0/",
        "http://h:99999/",
        "http://::1/",
        "http://user:secret@h/",
        "http://h/with space",
        "http://h/\r\nHost: other",
      })
  void refuses_what_is_none(String url) {
    assertThat(HttpUrl.parse(url)).isEmpty();
  }

  @Test
  void an_endpoint_has_one_port() {
    assertThat(Endpoint.parse("db1.example.org:5432"))
        .hasValue(new Endpoint("db1.example.org", 5432));
    assertThat(Endpoint.parse("[::1]:1")).hasValue(new Endpoint("::1", 1));
    assertThat(Endpoint.parse("::1:1")).isEmpty();
    assertThat(Endpoint.parse("h:65536")).isEmpty();
    assertThat(Endpoint.parse("h")).isEmpty();
    assertThat(Endpoint.parse(":1")).isEmpty();
  }
}
