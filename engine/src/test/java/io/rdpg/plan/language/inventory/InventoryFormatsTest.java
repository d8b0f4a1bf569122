package io.rdpg.plan.language.inventory;

import static io.rdpg.plan.language.inventory.InventoryUnderTest.vars;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryFormatsTest {
  @TempDir Path directory;
  private InventoryUnderTest files;

  @BeforeEach
  void begin() {
    files = new InventoryUnderTest(directory);
  }

  @Test
  void reads_ini_as_ansible_does() {
    Inventory inventory =
        files
            .with(
                "hosts",
                """
                ; nobody's
                lone ansible_host=192.0.2.9
                # a comment

                [db]  # the databases
                db[01:02].example.org:2222 port=5432 note="two words" flag=True word=true
                [::1]:22
                bare a='x#y' b=1#cut c=2

                [db:vars]
                port = 1
                path = "/quoted"
                open = some words # kept
                [site:children]
                db
                web
                [web]
                web[a:e:2]
                """)
            .read("hosts");
    assertThat(inventory.nodes())
        .extracting(Node::name)
        .containsExactly(
            "lone", "db01.example.org", "db02.example.org", "::1", "bare", "weba", "webc", "webe");
    assertThat(vars(inventory, "db02.example.org"))
        .isEqualTo(
            "ansible_port=2222 flag=true note=two words open=some words # kept path=/quoted"
                + " port=5432 word=true");
    assertThat(vars(inventory, "::1"))
        .isEqualTo("ansible_port=22 open=some words # kept path=/quoted port=1");
    assertThat(vars(inventory, "bare")).startsWith("a=x#y b=1 open");
    assertThat(inventory.node("lone").orElseThrow().groups()).containsExactly("ungrouped");
    assertThat(inventory.groups().get("site")).hasSize(7);
    assertThat(inventory.tree())
        .containsEntry("site", new Inventory.Group(List.of(), List.of("db", "web")));
  }

  @Test
  void tells_all_errors_of_ini_with_their_places() {
    files.with(
        "bad.ini",
        """
        db1 port
        db2 x='open
        [db :vars]
        [db:var]
        ignored
        [nobody:vars]
        novalue
        [db:children]
        wbe
        two words
        [web]
        w[3:1]
        w:99999
        """);
    assertThat(files.errors("bad.ini"))
        .containsExactly(
            "bad.ini:1:5 'port' is no variable of this host",
            "bad.ini:2:7 this ' is not closed",
            "bad.ini:3:1 '[db :vars]' is not the name of a group",
            "bad.ini:4:5 a section of a group is not called 'var'",
            "bad.ini:6:2 there is no group 'nobody' that could have variables",
            "bad.ini:7:1 a variable is written name=value",
            "bad.ini:9:1 there is no group 'wbe' that could be in db",
            "bad.ini:10:1 'two words' is not the name of a group",
            "bad.ini:12:1 'w[3:1]' is not a range of hosts",
            "bad.ini:13:1 'w:99999' has no valid port");
  }

  @Test
  void reads_toml() {
    Inventory inventory =
        files
            .with(
                "i.toml",
                """
                [all.vars]
                since = 2020-01-02
                [web]
                children = ["apache"]
                vars = { port = 8080, tls = true }
                [web.hosts]
                zeta = {}
                "h[1:2]:2222" = { weight = 1.5, names = ["a", "b"] }
                [apache.hosts.tom]
                port = 1
                """)
            .read("i.toml");
    assertThat(inventory.nodes()).extracting(Node::name).containsExactly("zeta", "h1", "h2", "tom");
    assertThat(vars(inventory, "h2"))
        .isEqualTo("ansible_port=2222 names=[a, b] port=8080 since=2020-01-02 tls=true weight=1.5");
    assertThat(vars(inventory, "tom")).isEqualTo("port=1 since=2020-01-02 tls=true");
  }

  @Test
  void toml_that_is_nested_too_deeply_is_told() {
    files.with("deep.toml", "[web.vars]\nx = " + "[".repeat(60) + "]".repeat(60) + "\n");
    assertThat(files.errors("deep.toml"))
        .singleElement()
        .satisfies(error -> assertThat(error).contains("this is nested too deeply"));
  }

  @Test
  void tells_errors_of_toml_with_their_places() {
    files.with(
        "a.toml", "[web]\nhosts = [\"a\"]\nchilden = 1\n\n[db]\nchildren = \"x\"\nvars = 1\n");
    assertThat(files.errors("a.toml"))
        .containsExactly(
            "a.toml:2:1 'hosts' is a table, not a list",
            "a.toml:3:1 group 'web' has no key 'childen'",
            "a.toml:6:1 'children' is a list, not a string",
            "a.toml:7:1 variables are a map, not a number");
    files.with("b.toml", "[web]\nx = = 1\n[db\n");
    assertThat(files.errors("b.toml"))
        .hasSize(2)
        .satisfies(errors -> assertThat(errors.getFirst()).startsWith("b.toml:2:5 "))
        .satisfies(errors -> assertThat(errors.getLast()).startsWith("b.toml:3:4 "));
  }

  @Test
  void reads_what_ansible_inventory_lists() {
    String list =
        """
        {"_meta": {"hostvars": {"a": {"n": 5, "s": "x", "t": true, "l": [1], "none": null},
                                "unknown": {"n": 1}}},
         "all": {"children": ["ungrouped", "db"]},
         "db": {"hosts": ["a", "b"], "children": ["sub"], "vars": {"v": 1}},
         "sub": ["c"]}
        """;
    Inventory inventory = files.with("list.json", list).read("list.json");
    assertThat(inventory.nodes()).extracting(Node::name).containsExactly("a", "b", "c");
    assertThat(vars(inventory, "a")).isEqualTo("l=[1] n=5 none=null s=x t=true v=1");
    assertThat(vars(inventory, "c")).isEqualTo("v=1");
    files.with("map.json", "{\"all\": {\"hosts\": {\"a\": {\"x\": 1}}}}");
    assertThat(vars(files.read("map.json"), "a")).isEqualTo("x=1");
    files.with("bad.json", "{\"db\": {\"hosts\": [1]},\n \"x\": }");
    assertThat(files.errors("bad.json"))
        .containsExactly("bad.json:1:19 the name of a host is a string, not a number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"all\": {\"hosts\": {\"a\": {\"x\": 1,},},},}",
        "{\"all\": {\"hosts\": [\"a\",], \"vars\": {\"x\": 1}}}",
        "{'all': {hosts: {a: {x: 1}}}} # as YAML",
        "# first\nall: {hosts: {a: {x: 1}}}",
      })
  void a_json_file_that_is_none_is_yaml(String text) {
    assertThat(vars(files.with("i.json", text).read("i.json"), "a")).isEqualTo("x=1");
  }

  @Test
  void what_is_unsafe_is_no_template() {
    files.with("i.yml", "all: {hosts: {a: {x: !unsafe '{{ b }}', n: !unsafe 5}}}");
    assertThat(vars(files.read("i.yml"), "a")).isEqualTo("n=5 x={{ '{' }}{ b }}");
    files.with(
        "l.json",
        """
        {"_meta": {"hostvars": {"a": {"x": {"__ansible_unsafe": "{{ b }}"}, "y": "{{ b }}"}}},
         "all": {"hosts": ["a"]}}
        """);
    assertThat(vars(files.read("l.json"), "a")).isEqualTo("x={{ '{' }}{ b }} y={{ b }}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a": ["x",]}        | 1:12 | nothing follows the ',' before ']'
          {'a': []}            | 1:2  | ' is no quote
          {"a": [              | 2:1  | it ends before it is complete
          {"a": ["x" "y"]}     | 1:12 | '"' can't follow here
          {"a" ["x"]}          | 1:6  | '[' can't follow here
          {"a": None}          | 1:7  | 'None' is no value
          {"a": []}}           | 1:10 | '}' can't be here
          {"a": [}             | 1:8  | '}' can't be here
          {"a": "\\q"}          | 1:9  | a \\ before 'q' means nothing
          // all               | 1:1  | a comment can't be in it
          {"a": ["             | 1:9  | the character U+000A is in a string
          {} []                | 1:4  | '[' can't follow here
          ``                   | 2:1  | there is nothing in it
          """)
  void what_a_script_prints_is_json(String text, String place, String what) {
    files
        .withScript("s", "#!/bin/sh\ncat " + directory + "/printed\n")
        .with("printed", text + "\n");
    assertThat(files.errors("s"))
        .containsExactly("s --list:" + place + " this is not JSON: " + what);
  }

  @Test
  void json_has_limits() {
    files.with("deep.json", "[".repeat(2000));
    files.with("long.json", "{\"all\": {\"vars\": {\"x\": " + "9".repeat(2000) + "}}}");
    files.with("nan.json", "{\"all\": {\"vars\": {\"x\": NaN}}}");
    files.with("large.json", "{\"all\": {\"vars\": {\"x\": 1e400}}}");
    String limit = "this is nested too deeply, or a number here has too many digits";
    assertThat(files.errors("deep.json", "long.json", "nan.json", "large.json"))
        .containsExactly(
            "deep.json:1:52 " + limit,
            "long.json:1:2024 " + limit,
            "nan.json:1:24 NaN is no finite number",
            "large.json:1:24 1e400 is no finite number");
  }

  @Test
  void a_range_and_one_of_its_hosts_merge() {
    files.with("i.yml", "all: {hosts: {'db[1:3]': {x: 1, y: 1}, db2: {x: 2}}}");
    Inventory inventory = files.read("i.yml");
    assertThat(inventory.nodes()).extracting(Node::name).containsExactly("db1", "db2", "db3");
    assertThat(vars(inventory, "db2")).isEqualTo("x=2 y=1");
    assertThat(vars(inventory, "db3")).isEqualTo("x=1 y=1");
  }

  @Test
  void a_group_may_be_empty() {
    files.with("i.yml", "all: {hosts: {a: }}\ng: {}\nh:\ni: {hosts: a}");
    assertThat(files.read("i.yml").groups().keySet()).containsExactly("all", "g", "h", "i");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          all: {hosts: {"a\\0b": }}                 | host holds the control character U+0000
          all: {hosts: {"a\\eb": }}                 | host holds the control character U+001B
          all: {hosts: {"": }}                      | host is empty
          all: {hosts: {"../x": }}                  | host leads out of its folder of variables: '../x'
          all: {children: {"a/..": {hosts: {a: }}}} | group leads out of its folder of variables: 'a/..'
          """)
  void refuses_names_that_none_can_have(String text, String why) {
    files.with("i.yml", text).with("host_vars/x", "[").with("group_vars/x", "[");
    assertThat(files.errors("i.yml"))
        .singleElement()
        .satisfies(error -> assertThat(error).endsWith(" the name of this " + why));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0         | 0
          70000     | 70000
          22.5      | 22.5
          true      | true
          [22]      | a list
          -22       | -22
          022       | 022
          '"22x"'   | 22x
          '"65536"' | 65536
          """)
  void refuses_variables_that_are_no_ports(String written, String shown) {
    files.with("i.yml", "all: {hosts: {a: , b: }, vars: {ansible_port: " + written + "}}");
    assertThat(files.errors("i.yml"))
        .containsExactly("i.yml:1:47 'ansible_port' must be a port, not " + shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"22", "'022'", "0x16", "'{{ x }}'", "''", "~"})
  void takes_variables_that_are_ports(String written) {
    files.with("i.yml", "all: {hosts: {a: {ansible_port: " + written + "}}}");
    assertThat(files.read("i.yml").nodes()).hasSize(1);
  }

  @Test
  void runs_scripts() {
    files.withScript(
        "one",
        """
        #!/bin/sh
        case $1 in
          --list) echo '{"db": {"hosts": ["a", "b"]}}' ;;
          --host) [ "$2" = a ] && echo '{"x": "of a"}'; exit 0 ;;
        esac
        """);
    assertThat(vars(files.read("one"), "a")).isEqualTo("x=of a");
    assertThat(vars(files.read("one"), "b")).isEmpty();
    files.withScript("bad", "#!/bin/sh\necho no token for the cloud >&2\necho secret\nexit 7\n");
    assertThat(files.errors("bad"))
        .containsExactly(
            "bad:1:1 the inventory script gave no inventory for --list: it ended with exit code 7:"
                + " no token for the cloud");
    files.withScript("text", "#!/bin/sh\necho '{\"db\": [1]}'\n");
    assertThat(files.errors("text"))
        .containsExactly("text --list:1:9 the name of a host is a string, not a number");
    files.withScript("none", "#!/no/such/interpreter\n");
    assertThat(files.errors("none"))
        .containsExactly(
            "none:1:1 the inventory script gave no inventory for --list: it could not be started:"
                + " No such file or directory");
  }

  @Test
  void executable_data_is_no_script() {
    files.withScript("hosts.yml", "all: {hosts: {a: }}");
    assertThat(files.read("hosts.yml").nodes()).hasSize(1);
  }

  @Test
  void a_folder_is_all_its_sources_in_alphabetical_order() {
    files
        .with("inv/20.yml", "all: {hosts: {b: {x: 20}, a: {x: 20}}}")
        .with("inv/10-hosts", "a x=10 y=10\n[db]\n")
        .with("inv/sub/c.toml", "[db.hosts]\nc = {}\n")
        .with("inv/group_vars/all.yml", "g: 1")
        .with("inv/old.ini", "[[[")
        .with("inv/hosts~", "[[[")
        .with("inv/README.md", "[[[")
        .with("inv/a.bak", "[[[")
        .with("inv/.hidden", "[[[")
        .with("inv/a.retry", "[[[");
    Inventory inventory = files.read("inv");
    assertThat(inventory.nodes()).extracting(Node::name).containsExactly("a", "b", "c");
    assertThat(vars(inventory, "a")).isEqualTo("g=1 x=20 y=10");
    assertThat(inventory.groups()).containsEntry("db", List.of("c"));
    files
        .with("inv/30.yml", "# nothing yet\n")
        .with("inv/30", "")
        .with("inv/30.json", "")
        .with("inv/30.toml", "")
        .with("inv/docs/x.md", "");
    assertThat(files.read("inv").nodes()).hasSize(3);
    assertThat(files.errors("inv/30.yml"))
        .containsExactly("inv/30.yml:1:1 an inventory is a map, not nothing");
    files.with("empty/x.md", "").with("empty/sub/x.md", "");
    assertThat(files.errors("empty")).containsExactly("empty:1:1 no inventory is in this folder");
  }

  @Test
  void a_later_source_wins() {
    files.with("a.yml", "all: {hosts: {h: {x: 1, y: 1}}}").with("b", "h x=2\n[later]\nh\n");
    Inventory inventory = files.read("a.yml", "b");
    assertThat(vars(inventory, "h")).isEqualTo("x=2 y=1");
    assertThat(inventory.node("h").orElseThrow().groups()).containsExactly("later");
    assertThat(inventory.name()).isEqualTo(directory + "/a.yml, " + directory + "/b");
  }

  @Test
  void errors_of_all_sources_are_told_together() {
    files
        .with("a.yml", "all: {hosts: [x]}")
        .with("b.ini", "h x\n")
        .with("group_vars/all.yml", "- 1")
        .with("host_vars/h.json", "{");
    assertThat(files.errors("a.yml", "b.ini"))
        .extracting(error -> error.replaceFirst(":.*", ""))
        .containsExactlyInAnyOrder("a.yml", "b.ini", "group_vars/all.yml", "host_vars/h.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          db[02:03].example.org:2222 | db[02:03].example.org | 2222
          db1:22                     | db1                   | 22
          [::1]:22                   | ::1                   | 22
          [2001:db8::[1:2]]:22       | 2001:db8::[1:2]       | 22
          [db1]:22                   | db1                   | 22
          fe80::1                    | fe80::1               |
          fe80::1%eth0               | fe80::1%eth0          |
          2001:db8::2:22             | 2001:db8::2:22        |
          db[1:3]                    | db[1:3]               |
          a!b:22                     | a!b:22                |
          192.0.2.1:65535            | 192.0.2.1             | 65535
          """)
  void takes_ports_from_hosts(String written, String name, Integer port) {
    assertThat(HostAddress.parse(written)).contains(new HostAddress(name, port));
  }

  @ParameterizedTest
  @CsvSource({"db1:0", "db1:65536", "db1:", "db[1:2]:123456"})
  void refuses_ports_that_are_none(String written) {
    assertThat(HostAddress.parse(written)).isEmpty();
  }

  @Test
  void yaml_takes_ports_from_keys() {
    files.with("i.yml", "all: {hosts: {'db[1:2]:2222': {x: 1}, '[::1]:22': , only:2: }}");
    Inventory inventory = files.read("i.yml");
    assertThat(vars(inventory, "db2")).isEqualTo("ansible_port=2222 x=1");
    assertThat(inventory.node("db2").orElseThrow().address()).isEqualTo("db2");
    assertThat(inventory.nodes())
        .extracting(Node::name)
        .containsExactly("db1", "db2", "::1", "only");
    files.with("i.yml", "all: {hosts: just_one}");
    assertThat(files.read("i.yml").nodes()).extracting(Node::name).containsExactly("just_one");
  }
}
