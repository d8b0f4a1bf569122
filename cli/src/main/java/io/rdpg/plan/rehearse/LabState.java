package io.rdpg.plan.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.output.CentralRecord;
import io.rdpg.plan.trial.TrialConsul;
import io.rdpg.plan.trial.TrialLab;
import io.rdpg.plan.trial.TrialNode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is there on a lab's servers, as far as it is the same after every undisturbed run: what
 * roles, databases, tables and keys there are, and whether a table has no, one or more rows. Not
 * values, which may tell who leads or what time it is.
 *
 * @param facts what there is, with what is known of it
 */
record LabState(Map<String, String> facts) {
  private static final List<String> OF_SERVER =
      List.of(
          "SELECT 'role ' || rolname, concat(rolsuper, rolcreatedb, rolcreaterole, rolcanlogin)"
              + " FROM pg_roles",
          "SELECT 'membership of ' || m.rolname, r.rolname FROM pg_auth_members"
              + " JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member"
              + " WHERE m.rolname !~ '^pg_'",
          "SELECT 'database ' || datname, concat('of ', pg_get_userbyid(datdba)) FROM pg_database",
          "SELECT 'replication slot ' || slot_name, plugin FROM pg_replication_slots"
              + " WHERE NOT temporary");

  private static final List<String> OF_DATABASE =
      List.of(
          "SELECT 'schema ' || nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_'",
          "SELECT 'extension ' || extname, extversion FROM pg_extension",
          "SELECT 'publication ' || pubname, '' FROM pg_publication",
          "SELECT 'subscription ' || subname, concat('enabled ', subenabled) FROM pg_subscription"
              + " WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
          "SELECT 'function ' || oid::regprocedure, '' FROM pg_proc WHERE oid >= 16384",
          // XML is how a query runs another one whose text it makes.
          "SELECT format('rows in %I.%I', nspname, relname),"
              + " least(2, (xpath('/row/n/text()', query_to_xml(format("
              + "'SELECT count(*) AS n FROM (SELECT FROM %I.%I LIMIT 2) AS t', nspname, relname),"
              + " false, true, '')))[1]::text::int)"
              + " FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
              + " WHERE relkind IN ('r', 'p') AND nspname !~ '^(pg_|information_schema)'");

  static LabState of(TrialLab lab) {
    Map<String, String> facts = new TreeMap<>();
    for (String name : lab.nodes()) {
      TrialNode node = lab.node(name);
      try {
        add(facts, name, node, "postgres", OF_SERVER);
        for (String database :
            node.sql("postgres", "SELECT datname FROM pg_database WHERE datallowconn")) {
          if (!database.startsWith("template")) {
            add(facts, name + ", database " + database, node, database, OF_DATABASE);
          }
        }
      } catch (SQLException e) {
        facts.put(name + ": PostgreSQL", String.valueOf(e.getMessage()));
      }
    }
    TrialConsul any = lab.consul();
    any.get("/v1/kv/?keys&consistent")
        .valueStream()
        .map(JsonNode::asText)
        .filter(key -> !CentralRecord.isOne(key))
        .forEach(key -> facts.put("key " + key + " in Consul", "is there"));
    for (Map.Entry<String, JsonNode> service : any.get("/v1/catalog/services").properties()) {
      int instances = any.get("/v1/catalog/service/" + service.getKey()).size();
      facts.put("service " + service.getKey() + " in Consul", Integer.toString(instances));
    }
    return new LabState(facts);
  }

  private static void add(
      Map<String, String> facts,
      String where,
      TrialNode node,
      String database,
      List<String> queries)
      throws SQLException {
    Map<String, Set<String>> found = new LinkedHashMap<>();
    for (String query : queries) {
      for (String row : node.sql(database, query)) {
        int bar = row.indexOf('|');
        found
            .computeIfAbsent(row.substring(0, bar), _ -> new TreeSet<>())
            .add(row.substring(bar + 1));
      }
    }
    found.forEach((what, values) -> facts.put(where + ": " + what, String.join(", ", values)));
  }

  /** What differs from the state after an undisturbed run. */
  List<String> differences(LabState reference) {
    List<String> differences = new ArrayList<>();
    reference.facts.forEach((what, value) -> {
      String now = facts.get(what);
      if (now == null) {
        differences.add("missing: " + what);
      } else if (!now.equals(value)) {
        differences.add("%s: '%s', not '%s'".formatted(what, now, value));
      }
    });
    facts.keySet().stream()
        .filter(what -> !reference.facts.containsKey(what))
        .forEach(what -> differences.add("too much: " + what));
    return differences;
  }
}
