# The one table that ./bench prints. A row is: what, service, yardstick, its name, ratio, spread, goal, met. Sourced by
# ./bench.

declare -A columns=([rate]=1 [p50]=2 [p99]=3 [cpu]=4 [postgres]=5)

# column FILE NAME_OR_NUMBER: that column of a file of in_turns.
column() { cut -d' ' -f"${columns[$2]:-$2}" "$scratch/$1"; }

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

thousands() { printf '%s' "$1" | sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta'; }

met() {
  awk -v value="$1" -v operator="$2" -v goal="$3" \
    'BEGIN { print ((operator == ">=" ? value >= goal : value <= goal) ? "yes" : "NO") }'
}

# row_of_ratio WHAT SERVICE YARDSTICK COLUMN NAME_OF_YARDSTICK [OPERATOR GOAL]: two files of the same turns, whose
# ratios are what the goal is for.
row_of_ratio() {
  local ratios ratio
  ratios=$(paste -d' ' <(column "$2" "$4") <(column "$3" "$4") | awk '{ printf "%.2f\n", $1 / $2 }' | sort -g)
  ratio=$(median <<<"$ratios")
  row "$1" "$(column "$2" "$4" | median)" "$(column "$3" "$4" | median)" "$5" "$ratio" \
    "$(head -n 1 <<<"$ratios")..$(tail -n 1 <<<"$ratios")" ${6:+"$6 $7" "$(met "$ratio" "$6" "$7")"}
}

# row_of_value WHAT VALUE [OPERATOR GOAL]: the goal is for the value itself.
row_of_value() { row "$1" "$2" "" "" "" "" ${3:+"$3 $4" "$(met "$2" "$3" "$4")"}; }

# FilterBench prints a line for each body: its name in 28 columns, bytes, MB/s of the reader and of the filter, the
# ratio in percent.
rows_of_filter_bench() {
  local line name bytes reader filter ratio _
  while IFS= read -r line; do
    name=$(sed 's/ *$//' <<<"${line:0:28}")
    read -r bytes reader filter ratio _ <<<"${line:28}"
    ratio=$(awk -v percent="$(tr -d ,% <<<"$ratio")" 'BEGIN { printf "%.2f", percent / 100 }')
    row "filter MB/s, $name" "$filter" "$reader" "bare reader" "$ratio" "" ">= 0.6" "$(met "$ratio" ">=" 0.6)"
  done < <(tail -n +2 "$scratch/filter")
}

row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$(thousands "$2")" "$(thousands "$3")" \
    "$4" "$5" "$6" "${7:-}" "${8:-}" >>"$scratch/table"
}

machine() {
  echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, Linux $(uname -r)," \
    "$("$postgres_bin/postgres" --version | sed 's/postgres (PostgreSQL)/PostgreSQL/'), .NET $(dotnet --version)," \
    "$(git rev-parse --short HEAD 2>/dev/null)"
}

print_table() {
  { printf 'what\tservice\tyardstick\t(is)\tratio\tspread\tgoal\tmet\n'; cat "$scratch/table"; } |
    awk -F'\t' '{ printf "%-46s %10s %10s %-12s %6s %-13s %8s %4s\n", $1, $2, $3, $4, $5, $6, $7, $8 }' | sed 's/ *$//'
}

print_json() {
  awk -F'\t' -v machine="$(machine)" '
    function text(value) { gsub(/["\\]/, "\\\\&", value); sub(/^ +/, "", value); return "\"" value "\"" }
    function number(value) { gsub(",", "", value); return value == "" ? "null" : value }
    substr($1, 1, 2) != "  " { group = $1 }
    { what = $1; sub(/^ +/, "", what); if (what != group) what = group ": " what
      print (NR == 1 ? "{\n  \"machine\": " text(machine) ",\n  \"rows\": [" : ",")
      printf "    { \"what\": %s, \"service\": %s, \"yardstick\": %s, ", text(what), number($2), number($3)
      printf "\"ratio\": %s, \"spread\": %s, \"goal\": %s }", number($5), text($6), text($7) }
    END { print "\n  ]\n}" }' "$scratch/table"
}
