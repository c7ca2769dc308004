# Where a replay spends its time: reads execution samples as the JDK's jfr prints them and gives each to the part of the innermost frame
# that is ours; what the rooms share (addresses, observations) goes to whoever called it. See docs/performance.md, "What stands between", for the command.
BEGIN {
  n = split("digest walk dissect readings inventory rules store start", order, " ")
}
/jdk\.ExecutionSample \{/ { part = ""; seen = 0 }
/line: / && part == "" {
  if ($0 ~ /security\.provider|MessageDigest|\.sha256\(/) part = "digest"
  else if ($0 ~ /fr\.vigie\.sensor\.observe/) part = ""
  else if ($0 ~ /fr\.vigie\.sensor\.flow\.(Readings|Minutes)/) part = "readings"
  else if ($0 ~ /fr\.vigie\.sensor\.protocol/) part = "dissect"
  else if ($0 ~ /fr\.vigie\.sensor/) part = "walk"
  else if ($0 ~ /fr\.vigie\.(web\.export|inventory\.json)/) part = "store"
  else if ($0 ~ /fr\.vigie\.(inventory|web\.report)/) part = "inventory"
  else if ($0 ~ /fr\.vigie\.rules|org\.(drools|kie)/) part = "rules"
  else if ($0 ~ /fr\.vigie|picocli/) part = "start"
}
/^}/ { if (part == "") part = "start"; count[part]++; all++ }
END {
  for (i = 1; i <= n; i++) printf "%-10s %6d samples %5.1f %%\n", order[i], count[order[i]], all ? 100 * count[order[i]] / all : 0
}
