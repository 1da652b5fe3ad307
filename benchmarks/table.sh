# The one table that ./bench prints. A row is: what, service, yardstick, its name, ratio, goal, met. Sourced by ./bench.

# samples NAME WHOSE COLUMN, where WHOSE is service or yardstick, and COLUMN rate, p50 or p99.
samples() {
  local column=1
  [[ $3 != p50 ]] || column=2
  [[ $3 != p99 ]] || column=3
  cut -d' ' -f"$column" "$scratch/$1.$2"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

thousands() { printf '%s' "$1" | sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta'; }

met() { awk -v value="$1" -v operator="$2" -v goal="$3" 'BEGIN { print ((operator == ">=" ? value >= goal : value <= goal) ? "yes" : "NO") }'; }

# row_of_ratio WHAT NAME COLUMN YARDSTICK [OPERATOR GOAL]: the goal is one for the ratio, the median of those of each turn.
row_of_ratio() {
  local service yardstick ratio
  service=$(samples "$2" service "$3" | median) yardstick=$(samples "$2" yardstick "$3" | median)
  ratio=$(paste -d' ' <(samples "$2" service "$3") <(samples "$2" yardstick "$3") | awk '{ printf "%.2f\n", $1 / $2 }' | median)
  row "$1" "$(thousands "$service")" "$(thousands "$yardstick")" "$4" "$ratio" ${5:+"$5 $6" "$(met "$ratio" "$5" "$6")"}
}

# row_of_value WHAT VALUE [OPERATOR GOAL]: the goal is one for the value itself.
row_of_value() { row "$1" "$2" "" "" "" ${3:+"$3 $4" "$(met "$2" "$3" "$4")"}; }

# FilterBench prints a line for each body: its name in 28 columns, bytes, MB/s of the reader and of the filter, the ratio in percent.
rows_of_filter_bench() {
  local name bytes reader filter ratio _
  [[ -f $scratch/filter ]] || return 0
  while IFS= read -r line; do
    name=$(sed 's/ *$//' <<<"${line:0:28}")
    read -r bytes reader filter ratio _ <<<"${line:28}"
    ratio=$(awk -v percent="$(tr -d ,% <<<"$ratio")" 'BEGIN { printf "%.2f", percent / 100 }')
    row "filter MB/s, $name" "$filter" "$reader" "bare reader" "$ratio" ">= 0.6" "$(met "$ratio" ">=" 0.6)"
  done < <(tail -n +2 "$scratch/filter")
}

row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "${6:-}" "${7:-}" >>"$scratch/table"; }

machine() {
  echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, Linux $(uname -r)," \
    "$("$postgres_bin/postgres" --version | sed 's/postgres (PostgreSQL)/PostgreSQL/'), .NET $(dotnet --version)," \
    "$(git rev-parse --short HEAD 2>/dev/null)"
}

print_table() {
  machine
  { printf 'what\tservice\tyardstick\t(is)\tratio\tgoal\tmet\n'; cat "$scratch/table"; } |
    awk -F'\t' '{ printf "%-46s %12s %12s %-12s %7s %8s %4s\n", $1, $2, $3, $4, $5, $6, $7 }' | sed 's/ *$//'
  echo "Medians of $runs runs of $short to $seconds s, in $SECONDS s altogether. A filter figure is FilterBench's own median."
}

print_json() {
  awk -F'\t' -v machine="$(machine)" '
    function text(value) { gsub(/["\\]/, "\\\\&", value); sub(/^ +/, "", value); return "\"" value "\"" }
    function number(value) { gsub(",", "", value); return value == "" ? "null" : value }
    substr($1, 1, 2) != "  " { group = $1 }
    { what = $1; sub(/^ +/, "", what); if (what != group) what = group ": " what
      printf "%s\n    { \"what\": %s, \"service\": %s, \"yardstick\": %s, \"ratio\": %s, \"goal\": %s }",
        (NR == 1 ? "{\n  \"machine\": " text(machine) ",\n  \"rows\": [" : ","), text(what), number($2), number($3), number($5), text($6) }
    END { print "\n  ]\n}" }' "$scratch/table"
}
