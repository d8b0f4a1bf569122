package io.rdpg.plan.language.template;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import io.rdpg.plan.language.yaml.YamlDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
  private static final Span AT = new Span("plan.yml", 7, 10, "    sql: \"select {{ nme }}\"");

  private final Templates templates = new Templates(FileLayers.none());
  private final Map<String, Object> variables = new LinkedHashMap<>();

  @TempDir Path directory;

  TemplatesTest() {
    variables.put("name", "mc1");
    variables.put("port", 7432L);
    variables.put("yes", true);
    variables.put("password", Text.secret("s3cret"));
    variables.put("mixed", Text.marked("user=" + Text.secret("s3cret").marked()));
    variables.put(
        "node", Map.of("name", "mc1", "address", "127.0.0.11", "groups", List.of("a", "b")));
    variables.put("nodes", List.of(Map.of("name", "mc1"), Map.of("name", "mc2")));
    variables.put("login", Map.of("user", "rdpg", "password", Text.secret("s3cret")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          plain                                            => plain
          {{ name }}                                       => mc1
          {{ port + 1 }}                                   => 7433
          {{ node.address }}                               => 127.0.0.11
          {{ node['name'] ~ ':' ~ port }}                  => mc1:7432
          {{ nodes | length - 1 }}                         => 1
          {{ nodes[1].name }}                              => mc2
          {{ yes ? 'a' : 'b' }}                            => a
          {% for n in nodes %}{{ loop.index }}{{ n.name }} {% endfor %}. => 0mc1 1mc2 .
          {% for e in {'k': 'v'} %}{{ e.key }}={{ e.value }}{% endfor %} => k=v
          {{ nothing | default('x') }}                     => x
          {{ node.nothing | default('x') }}                => x
          {% if nothing is defined %}a{% else %}b{% endif %} => b
          {{ '<a href="x">' }}                             => <a href="x">
          """)
  void renders(String template, String expected) {
    assertThat(render(template)).isEqualTo(expected);
  }

  @Test
  void keeps_line_ends_after_values_and_drops_those_after_blocks() {
    assertThat(render("port = {{ port }}\nname = {{ name }}\n"))
        .isEqualTo("port = 7432\nname = mc1\n");
    assertThat(render("{% for n in nodes %}\n{{ n.name }}\n{% endfor %}\n{# note #}\nend\n\n"))
        .isEqualTo("mc1\nmc2\nend\n\n");
    assertThat(render("{% if yes -%}\r\na{% endif %}\r\nb")).isEqualTo("ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100%}\n", "#}\n-%}\n", "{{ name }}%}\n"})
  void keeps_line_ends_after_what_only_looks_like_the_end_of_a_tag(String text) {
    assertThat(render(text + "{# note #}{{ name }}"))
        .isEqualTo(text.replace("{{ name }}", "mc1") + "mc1");
    String plain = text.replace("{{ name }}", "");
    assertThat(render("{% set x = '" + plain + "' %}{{ x }}")).isEqualTo(plain);
  }

  @Test
  void verbatim_text_keeps_its_line_ends() {
    assertThat(
            render(
                """
                {% verbatim %}
                {% if a %}
                {# b #}
                {{ c }}
                {% endverbatim %}
                {% if yes %}
                d{% endif %}
                """))
        .isEqualTo("{% if a %}\n{# b #}\n{{ c }}\nd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {{ 'role_' ~ name | upper }}              => role_MC1
          {{ name | upper ~ '!' }}                  => MC1!
          {{ 'n' ~ 2 * 3 }}                         => n6
          {{ port + 1 ~ 'x' }}                      => 74321x
          {{ not yes | default(false) ? 1 : 2 }}    => 2
          {{ not absent | default(false) ? 1 : 2 }} => 1
          {{ not absent is defined ? 1 : 2 }}       => 1
          {{ not name == 'other' ? 1 : 2 }}         => 1
          {{ not node.groups contains 'c' ? 1 : 2 }} => 1
          {{ not yes and yes ? 1 : 2 }}             => 2
          {{ not not yes ? 1 : 2 }}                 => 1
          """)
  void operators_bind_as_jinjas_do(String template, String expected) {
    assertThat(render(template)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          name and yes            => a string
          yes and name            => a string
          port or yes             => a number
          false or name           => a string
          not name                => a string
          not node                => a map
          yes and null            => nothing
          yes and (yes and port)  => a number
          """)
  void only_true_and_false_are_joined(String expression, String kind) {
    Diagnostic diagnostic = failure(() -> evaluate(expression));
    assertThat(diagnostic.code()).isEqualTo(Code.BAD_VALUE);
    assertThat(diagnostic.message()).isEqualTo("a condition must be true or false, not " + kind);
    assertThat(failure(() -> render("{% if " + expression + " %}{% endif %}")).code())
        .isEqualTo(Code.BAD_VALUE);
  }

  @Test
  void what_need_not_be_asked_may_be_anything() {
    assertThat(evaluate("false and name")).isEqualTo(false);
    assertThat(evaluate("yes or name")).isEqualTo(true);
    assertThat(failure(() -> evaluate("yes and node.name")).hint())
        .isEqualTo("compare it, such as: node.name == 'yes'");
  }

  @Test
  void whole_numbers_are_divided_without_a_rest() {
    assertThat(evaluate("8 / 2")).isEqualTo(4L);
    assertThat(evaluate("7.0 / 2")).isEqualTo(3.5);
    assertThat(failure(() -> evaluate("7 / 2")).message()).isEqualTo("7 / 2 leaves a rest");
    assertThat(failure(() -> evaluate("7 / 0")).message())
        .isEqualTo("division isn't possible with these values");
    assertThat(failure(() -> evaluate("port > 99999999999999999999")).message())
        .isEqualTo("this number has too many digits");
  }

  @Test
  void one_character_splits_as_it_is_and_more_are_a_regular_expression() {
    variables.put("version", "1.2|3");
    assertThat(evaluate("version | split('.')")).isEqualTo(List.of("1", "2|3"));
    assertThat(evaluate("version | split('|')")).isEqualTo(List.of("1.2", "3"));
    assertThat(evaluate("version | split('[.|]')")).isEqualTo(List.of("1", "2", "3"));
    assertThat(evaluate("version | split('.', 1)")).isEqualTo(List.of("1.2|3"));
    assertThat(failure(() -> evaluate("version | split('(a')")).message())
        .isEqualTo("the filter 'split' needs a regular expression: Unclosed group");
  }

  @Test
  void escapes_that_strings_do_not_know_are_refused_where_they_would_be_taken_for_text() {
    Diagnostic diagnostic = failure(() -> templates.references("{{ nodes | join(\"\\n\") }}", AT));
    assertThat(diagnostic.code()).isEqualTo(Code.BAD_TEMPLATE);
    assertThat(diagnostic.message())
        .isEqualTo("\\n in a string of a template is a backslash and a letter");
    assertThat(diagnostic.hint()).endsWith("vars: {separator: \"\\n\"}");
    assertThat(failure(() -> templates.expressionReferences("name == 'a\\tb'", AT)).message())
        .startsWith("\\t in");
    for (String right :
        List.of(
            "{{ name | split(\"\\n\") }}", "{{ name | matches('a\\s\\n') }}", "{{ 'a\\\\n' }}")) {
      assertThat(templates.references(right, AT)).as(right).hasSizeLessThan(2);
    }
  }

  @Test
  void the_shipped_plans_list_of_certificates_has_one_file_on_each_line() {
    Diagnostics diagnostics = new Diagnostics();
    Value.Mapping plan =
        (Value.Mapping)
            YamlDocument.read(Path.of("../plans/ending-certificates.yml"), diagnostics)
                .orElseThrow();
    Value.Mapping vars = (Value.Mapping) Objects.requireNonNull(plan.get("vars"));
    Value.Str files = (Value.Str) Objects.requireNonNull(vars.get("files"));
    variables.put("tls", Map.of("row", Map.of()));
    variables.put("certificate_files", List.of("/etc/a.crt", "/etc/b.crt"));
    assertThat(render(files.text()).lines().filter(line -> !line.isBlank()))
        .containsExactly("/etc/a.crt", "/etc/b.crt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {{ password }}                        => ***
          user={{ password }};                  => user=***;
          {{ 'a' ~ password ~ 'b' }}            => a***b
          {{ mixed }}!                          => user=***!
          {{ login.password }}                  => ***
          {{ password | upper }}                => ***
          {{ password | sha256 }}               => ***
          {{ password | sql_literal }}          => ***
          {{ password | slice(0, 2) }}          => ***
          {{ password | replace({'s': 'x'}) }}  => ***
          {{ 'x%s' | format(password) }}        => ***
          {{ password | first }}                => ***
          {{ password | split('c') | last }}    => ***
          {{ password | split('c') | join('c') }} => ***c***
          {{ mixed | shell_quote }}             => ***
          {{ login | json }}                    => {"password":"***","user":"rdpg"}
          {{ [name, password] | join(',') }}    => mc1,***
          {{ [login] | first }}                 => {password=***, user=rdpg}
          {{ password | default('x') }}         => ***
          {{ password | scram_verifier('s') }}  => ***
          {{ name | replace({'mc': password}) }} => ***
          {% set p = password %}{{ p }}         => ***
          {% macro m(x) %}{{ x }}{% endmacro %}{{ m(password) }} => ***
          """)
  void secrets_stay_marked(String template, String expected) {
    variables.put(
        "login",
        new java.util.TreeMap<>(Map.of("user", "rdpg", "password", Text.secret("s3cret"))));
    Text text = templates.render(template, scope(), AT);
    assertThat(text.toString()).isEqualTo(expected);
    assertThat(text.holdsSecret()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {{ password }}                => s3cret
          {{ password | upper }}        => S3CRET
          {{ password | sql_literal }}  => 's3cret'
          {{ mixed | length }}          => 11
          """)
  void filters_compute_on_what_secrets_reveal(String template, String expected) {
    assertThat(render(template)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          password == 's3cret'                      => true
          's3cret' == password                      => true
          password != 's3cret'                      => false
          password equals 'other'                   => false
          [password] contains 's3cret'              => true
          mixed contains 's3c'                      => true
          [password] == ['s3cret']                  => true
          login.password == 's3cret' and yes        => true
          password is empty                         => false
          port == 7432                              => true
          node.groups contains 'a'                  => true
          not yes or name == 'mc1'                  => true
          """)
  void compares_what_secrets_reveal(String expression, boolean expected) {
    assertThat(templates.condition(new Value.Str(expression, AT)).decide(scope()))
        .isEqualTo(Truth.of(expected));
  }

  @Test
  void evaluates_to_values_not_to_strings() {
    assertThat(evaluate("yes")).isEqualTo(true);
    assertThat(evaluate("port")).isEqualTo(7432L);
    assertThat(evaluate("nodes | length")).isEqualTo(2L);
    assertThat(evaluate("name")).isEqualTo("mc1");
    assertThat(evaluate("null")).isNull();
    assertThat(evaluate("password")).isEqualTo(Text.secret("s3cret"));
    assertThat(evaluate("['a', 'b']")).isEqualTo(List.of("a", "b"));
    assertThat(evaluate("[{'db': 'rdpg'}, {'db': 'health'}]"))
        .isEqualTo(List.of(Map.of("db", "rdpg"), Map.of("db", "health")));
    assertThat(evaluate("nodes")).isEqualTo(variables.get("nodes"));
    assertThat(evaluate("login")).isEqualTo(variables.get("login"));
    assertThat(evaluate("1..3")).isEqualTo(List.of(1L, 2L, 3L));
    assertThat(evaluate("\n  name\n")).isEqualTo("mc1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {{ name }}         => BAD_TEMPLATE
          name }}{{ name     => BAD_TEMPLATE
          name ==            => BAD_TEMPLATE
          ``                 => BAD_TEMPLATE
          nme                => RUNTIME_VARIABLE
          name | uper        => BAD_TEMPLATE
          name.getClass()    => BAD_TEMPLATE
          name.length()      => BAD_TEMPLATE
          port.foo           => RUNTIME_VARIABLE
          secret('x')        => BAD_TEMPLATE
          nodes | sql_ident  => BAD_ARGUMENT_VALUE
          name > 5           => BAD_TEMPLATE
          """)
  void refuses(String expression, Code expected) {
    assertThat(failure(() -> evaluate(expression)).code()).isEqualTo(expected);
  }

  @Test
  void says_in_plain_words_what_the_parser_missed() {
    assertThat(failure(() -> render("{{ name")).message()).isEqualTo("'{{' is not closed");
    assertThat(failure(() -> render("{{ name = 1 }}")).message())
        .isEqualTo("'=' is not allowed here, expected is '}}'");
    assertThat(failure(() -> render("{{ = }}")).message()).isEqualTo("'=' is not allowed here");
  }

  @Test
  void names_a_missing_variable_its_place_and_the_nearest_one() {
    Diagnostic diagnostic = failure(() -> templates.render("select {{ nme }}", scope(), AT));
    assertThat(diagnostic.code()).isEqualTo(Code.RUNTIME_VARIABLE);
    assertThat(diagnostic.message()).contains("'nme'");
    assertThat(diagnostic.hint()).isEqualTo("did you mean 'name'?");
    assertThat(place(diagnostic)).isEqualTo("plan.yml:7:21");
  }

  @Test
  void names_a_missing_key_and_the_nearest_one() {
    Diagnostic diagnostic = failure(() -> render("{{ node.adress }}"));
    assertThat(diagnostic.message()).contains("'adress'");
    assertThat(diagnostic.hint()).isEqualTo("did you mean 'address'?");
    variables.put("empty", null);
    assertThat(failure(() -> render("{{ empty.x }}")).message()).contains("'empty' is empty");
    assertThat(failure(() -> render("{{ {'a': 1} | trim }}")).message())
        .isEqualTo("the filter 'trim' can't be applied to a map");
  }

  @Test
  void finds_the_line_within_a_block_scalar() throws IOException {
    Path plan = directory.resolve("plan.yml");
    Files.writeString(
        plan, "plan: p\nsql: |\n  select 1\n  from {{ tabel }}\nmore: >\n  a\n  b {{ c\n");
    Span literal = new Span(plan.toString(), 2, 6, "sql: |");
    Diagnostic diagnostic =
        failure(() -> templates.render("select 1\nfrom {{ tabel }}\n", scope(), literal));
    assertThat(place(diagnostic)).isEqualTo(plan + ":4:11");
    Span folded = new Span(plan.toString(), 5, 7, "more: >");
    assertThat(place(failure(() -> templates.references("a b {{ c\n", folded))))
        .isEqualTo(plan + ":7:5");
  }

  @Test
  void a_fault_of_a_template_file_is_told_in_that_file() throws IOException {
    Files.createDirectories(directory.resolve("shared/templates"));
    Files.writeString(directory.resolve("shared/templates/part"), "x\n{{ oops }}\n");
    Files.writeString(directory.resolve("main"), "{% include 'part' %}\nok\n");
    Templates rooted = new Templates(new FileLayers(List.of(directory.resolve("shared")), null));
    Diagnostic diagnostic = failure(() -> rooted.renderFile(directory.resolve("main"), scope()));
    assertThat(place(diagnostic)).isEqualTo(directory.resolve("shared/templates/part") + ":2:4");
    Files.writeString(directory.resolve("broken"), "a\nb\n{% if %}\n");
    assertThat(place(failure(() -> rooted.fileReferences(directory.resolve("broken")))))
        .isEqualTo(directory.resolve("broken") + ":3:7");
    assertThat(failure(() -> rooted.renderFile(directory.resolve("none"), scope())).code())
        .isEqualTo(Code.MISSING_FILE);
  }

  @Test
  void files_that_were_rendered_are_known_with_what_they_include() throws IOException {
    Path main = Files.writeString(directory.resolve("main"), "{% include 'part' %}\n");
    Path part = Files.writeString(directory.resolve("part"), "part");
    Path other = Files.writeString(directory.resolve("other.sql"), "SELECT 1");
    assertThat(templates.filesRead()).isEmpty();
    templates.renderFile(main, scope());
    assertThat(templates.filesRead()).containsExactlyInAnyOrder(main, part);
    templates.renderFile(other, scope());
    assertThat(templates.filesRead()).contains(other);
  }

  @Test
  void files_include_what_stands_beside_them_and_import_macros() throws IOException {
    Files.writeString(directory.resolve("main"), "{% include 'part' %}\n{{ name }}\n");
    Files.writeString(
        directory.resolve("part"), "{% for n in nodes %}\n[{{ n.name }}]\n{% endfor %}\n");
    assertThat(templates.renderFile(directory.resolve("main"), scope()).reveal())
        .isEqualTo("[mc1]\n[mc2]\nmc1\n");
    Files.writeString(directory.resolve("m"), "{% import 'lib' as lib %}{{ lib.quote(name) }}");
    Files.writeString(directory.resolve("lib"), "{% macro quote(x) %}<{{ x }}>{% endmacro %}");
    assertThat(templates.renderFile(directory.resolve("m"), scope()).reveal()).isEqualTo("<mc1>");
    assertThat(templates.fileReferences(directory.resolve("m")))
        .extracting(Reference::name)
        .containsExactly("name");
  }

  @Test
  void macros_are_imported_by_name_each_time_that_a_template_is_rendered() throws IOException {
    Files.writeString(directory.resolve("lib"), "{% macro quote(x) %}<{{ x }}>{% endmacro %}");
    Path main = directory.resolve("main");
    Files.writeString(main, "{% from 'lib' import quote as q %}{{ q(name) }}");
    assertThat(templates.renderFile(main, scope()).reveal()).isEqualTo("<mc1>");
    assertThat(templates.renderFile(main, scope()).reveal()).isEqualTo("<mc1>");
  }

  @Test
  void finds_the_variables_that_a_template_takes() {
    assertThat(
            templates.references(
                "{% set a = b %}{{ a }}{% for n in c %}{{ n.x }}{{ loop.index }}{% endfor %}"
                    + "{% macro m(p) %}{{ p }}{% endmacro %}{{ m(d.e) }}{{ f | join(g) }}"
                    + "{% if h == 1 and not i %}{{ \"#{j}\" }}{% endif %}{{ [k, {'x': l}] }}{{ q[r] }}",
                AT))
        .extracting(Reference::name)
        .containsExactlyInAnyOrder("b", "c", "d", "f", "g", "h", "i", "j", "k", "l", "q", "r");
    assertThat(templates.references("{{ a | default(b) }}{% if c is defined %}{% endif %}", AT))
        .extracting(Reference::name, Reference::optional)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("a", true),
            org.assertj.core.groups.Tuple.tuple("b", false),
            org.assertj.core.groups.Tuple.tuple("c", true));
    assertThat(templates.references("{% if a is defined %}{{ a.b }}{% endif %}{{ c }}", AT))
        .extracting(Reference::name, Reference::optional)
        .contains(
            org.assertj.core.groups.Tuple.tuple("a", true),
            org.assertj.core.groups.Tuple.tuple("c", false))
        .doesNotContain(org.assertj.core.groups.Tuple.tuple("a", false));
    assertThat(templates.expressionReferences("leader.value == node.address", AT))
        .extracting(Reference::name)
        .containsExactly("leader", "node");
    assertThat(templates.references("no tags", AT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {{ a | sql_litteral }}      => did you mean 'sql_literal'?
          {{ secrt('env:X') }}        => did you mean 'secret'?
          {% if a is emty %}{% endif %} => did you mean 'empty'?
          {% if a is match('b') %}{% endif %} => write VALUE | matches('a regular expression of all of it')
          """)
  void finds_words_that_templates_do_not_have(String template, String hint) {
    Diagnostic diagnostic = failure(() -> templates.references(template, AT));
    assertThat(diagnostic.code()).isEqualTo(Code.BAD_TEMPLATE);
    assertThat(diagnostic.hint()).isEqualTo(hint);
  }

  @Test
  void what_a_scope_throws_comes_out_as_it_is() {
    class Unknown extends RuntimeException {}
    Unknown unknown = new Unknown();
    TemplateScope scope =
        new TemplateScope() {
          @Override
          public boolean has(String name) {
            return true;
          }

          @Override
          public @Nullable Object get(String name) {
            if (name.equals("map")) {
              return new java.util.AbstractMap<String, Object>() {
                @Override
                public boolean containsKey(@Nullable Object key) {
                  return true;
                }

                @Override
                public @Nullable Object get(@Nullable Object key) {
                  throw unknown;
                }

                @Override
                public Set<Entry<String, Object>> entrySet() {
                  throw unknown;
                }
              };
            }
            throw unknown;
          }

          @Override
          public Set<String> names() {
            return Set.of();
          }
        };
    for (String expression :
        List.of(
            "x",
            "x == 1",
            "1 != x",
            "x + 1",
            "x | upper",
            "map.x",
            "map.x > 1",
            "[x]",
            "x | default(1)")) {
      assertThatThrownBy(() -> templates.evaluate(expression, scope, AT))
          .as(expression)
          .isSameAs(unknown);
      assertThatThrownBy(() -> templates.render("{{ " + expression + " }}", scope, AT))
          .isSameAs(unknown);
    }
  }

  @Test
  void asks_a_scope_only_for_what_is_used() {
    List<String> asked = new ArrayList<>();
    TemplateScope scope =
        new TemplateScope() {
          @Override
          public boolean has(String name) {
            return variables.containsKey(name);
          }

          @Override
          public @Nullable Object get(String name) {
            asked.add(name);
            return variables.get(name);
          }

          @Override
          public Set<String> names() {
            return variables.keySet();
          }
        };
    templates.render("{{ yes or password }} {{ name }}", scope, AT);
    assertThat(Set.copyOf(asked)).containsExactlyInAnyOrder("yes", "name");
  }

  @Test
  void no_fault_quotes_a_secret() {
    for (String template :
        List.of(
            "{{ password + 1 }}",
            "{{ password - 1 }}",
            "{% for x in password %}{% endfor %}",
            "{{ login[password] }}",
            "{{ password.foo }}",
            "{{ password | date('yyyy') }}",
            "{{ password | numberformat('#') }}",
            "{{ secret(password) }}",
            "{{ secret('file:/none/' ~ password) }}",
            "{% include password %}",
            "{{ password > 5 }}")) {
      try {
        templates.render(template, scope(), AT);
      } catch (Failure failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
          assertThat(String.valueOf(t)).as(template).doesNotContain("s3cret");
        }
        assertThat(failure.diagnostic().toString()).as(template).doesNotContain("s3cret");
      }
    }
  }

  @Test
  void reads_secrets_of_files_and_of_the_environment() throws IOException {
    Path file = directory.resolve("rdpg");
    Files.writeString(file, "s3cret\n");
    variables.put("home", directory.toString());
    Text text = templates.render("{{ secret('file:' ~ home ~ '/rdpg') }}", scope(), AT);
    assertThat(text.toString()).isEqualTo("***");
    assertThat(text.reveal()).isEqualTo("s3cret");
    assertThat(templates.render("{{ secret('env:PATH') }}", scope(), AT).reveal())
        .isEqualTo(System.getenv("PATH"));
    Diagnostic diagnostic = failure(() -> render("{{ secret('env:NO_SUCH_NAME') }}"));
    assertThat(diagnostic.code()).isEqualTo(Code.MISSING_SECRET);
    assertThat(diagnostic.message()).contains("NO_SUCH_NAME");
    assertThat(failure(() -> render("{{ secret('file:/no/such') }}")).message())
        .contains("/no/such");
  }

  private String render(String template) {
    return templates.render(template, scope(), AT).reveal();
  }

  private @Nullable Object evaluate(String expression) {
    return templates.evaluate(expression, scope(), AT);
  }

  private TemplateScope scope() {
    return new MapScope(variables);
  }

  private static Diagnostic failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Diagnostic failure = diagnosticOf(call);
    assertThat(failure.code() == Code.MISSING_FILE || failure.at() != null)
        .as("%s", failure)
        .isTrue();
    return failure;
  }

  private static String place(Diagnostic diagnostic) {
    return Objects.requireNonNull(diagnostic.at()).place();
  }
}
