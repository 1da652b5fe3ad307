# The runs that ./bench is made of. Each leaves rate, p50 and p99 (milliseconds) in RATE, P50 and P99. Sourced by ./bench.

wrk_threads=2
export REPORT=benchmarks/report.lua BODY_FILE=benchmarks/body.json

# wrk_run SCRIPT URL CONNECTIONS SECONDS: fails unless every answer was a success.
wrk_run() {
  local script=$1 url=$2 connections=$3 seconds=$4 threads=$wrk_threads output failures
  [[ $threads -le $connections ]] || threads=$connections
  output=$(THREADS=$threads wrk -t "$threads" -c "$connections" -d "${seconds}s" --timeout 10s -s "benchmarks/$script" "$url" 2>&1) ||
    fail "wrk: $output"
  read -r RATE P50 P99 REQUESTS failures < <(sed -n 's/^RESULT //p' <<<"$output")
  [[ ${failures:-1} -eq 0 && ${REQUESTS:-0} -gt 0 ]] ||
    fail "${failures:-all} of ${REQUESTS:-the} requests failed: $script, $connections connections. The service's last lines:
$(tail -n 5 "$(ls -t "$scratch"/service-*.log | head -n 1)")"
}

# create_run SLUGS CONNECTIONS SECONDS: creates over s1 ... sSLUGS at random.
create_run() {
  SLUGS=$1 ORDER=random wrk_run create.lua "$service_url" "$2" "$3"
  created=$((created + REQUESTS))
}

# create_every_slug COUNT: creates versions of s1 ... sCOUNT in turn until each is there.
create_every_slug() {
  local first=1 made=0
  while [[ $made -lt $1 ]]; do
    ORDER=counted FIRST=$first SLUGS=$1 wrk_run create.lua "$service_url" 64 3
    first=$(((first + REQUESTS) % $1 + 1))
    made=$(query presets 'select count(*) from presets')
  done
}

# create_new_slugs COUNT: creates slugs that are not there yet until there are so many, or the time is up.
create_new_slugs() {
  local count=$1 next=1 rate=5000 requests=0 spent=0 chunk
  slugs_made=0
  while [[ $slugs_made -lt $count && $SECONDS -lt $((budget - 3)) ]]; do
    chunk=$(((count - slugs_made) / rate + 1))
    [[ $chunk -le 10 ]] || chunk=10
    [[ $chunk -le $((budget - SECONDS)) ]] || chunk=$((budget - SECONDS))
    ORDER=counted FIRST=$next SLUGS=1000000000 wrk_run create.lua "$service_url" 64 "$chunk"
    requests=$((requests + REQUESTS)) spent=$((spent + chunk)) rate=$RATE new_slugs_p99=$P99
    slugs_made=$requests next=$((next + 2 * REQUESTS + 1000)) # The threads take turns, but not in step.
  done
  [[ $spent -gt 0 ]] || fail "no time was left for new slugs"
  new_slugs_rate=$((requests / spent))
}

# read_run URL SLUGS CONNECTIONS SECONDS
read_run() { SLUGS=$2 wrk_run read.lua "$1" "$3" "$4"; }

# pgbench_run SLUGS CONNECTIONS SECONDS: the same transaction without the service, on a copy of its database.
pgbench_run() {
  local output threads=$2
  [[ $threads -le 2 ]] || threads=2
  rm -f "$scratch"/pgbench.log.*
  output=$("$postgres_bin/pgbench" -h 127.0.0.1 -p "$postgres_port" -U postgres -n -M prepared -c "$2" -j "$threads" -T "$3" \
    -f benchmarks/version.sql -D slugs="$1" -D workspace="$workspace" -D config="$config" -l --log-prefix="$scratch/pgbench.log" yardstick 2>&1) ||
    fail "pgbench: $output"
  RATE=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' <<<"$output")
  # The third field of its log is the latency of a transaction in microseconds.
  read -r P50 P99 < <(cat "$scratch"/pgbench.log.* | cut -d' ' -f3 | sort -n |
    awk '{ v[NR] = $1 } END { printf "%.3f %.3f\n", v[int((NR + 1) * 0.5)] / 1000, v[int(NR * 0.99)] / 1000 }')
}

# sqlite_run SECONDS: one durable row per transaction.
sqlite_run() {
  P50=0 P99=0
  RATE=$(dotnet "$yardsticks" sqlite src/Storage/Sqlite/Migrations/0001_presets.sql "$scratch/config.json" "$1") || fail "sqlite: $RATE"
}

run_filter_bench() {
  [[ -d $filter_bench ]] || return
  dotnet run --no-build -c Release --project "$filter_bench" >"$scratch/filter" || fail "$filter_bench failed: $(cat "$scratch/filter")"
}

# compare NAME SERVICE_RUN YARDSTICK_RUN: both in turns, as often as asked; the table takes the medians.
compare() {
  local i
  for ((i = 0; i < runs; i++)); do
    $2
    echo "$RATE $P50 $P99" >>"$scratch/$1.service"
    $3
    echo "$RATE $P50 $P99" >>"$scratch/$1.yardstick"
  done
}

resident_megabytes() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
