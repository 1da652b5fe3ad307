# What ./bench needs before it can measure: tools, programs, servers. Sourced by ./bench.

new_key() { echo "sk-preset-v1-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"; }

KEY=$(new_key) management_key=$(new_key)
export KEY
running=() service_pid='' postgres_port='' list='' created=0
service=src/Silo/bin/Release/net10.0/Presets.Silo.dll
yardsticks=benchmarks/Yardsticks/bin/Release/net10.0/Presets.Benchmarks.Yardsticks.dll
filter_bench=benchmarks/FilterBench

fail() {
  echo "bench: $*" >&2
  exit 1
}

clean_up() {
  local pid
  trap '' INT TERM # A second signal must not leave the servers running.
  for pid in "${running[@]}"; do kill -9 "$pid" 2>/dev/null; done
  wait 2>/dev/null
  tests/private-postgres stop "$scratch/postgres"
  rm -rf "$scratch"
}

provide_tools() {
  local tool
  for tool in wrk curl; do
    command -v "$tool" >/dev/null && continue
    [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null || fail "$tool is not installed (Debian: apt-get install $tool)"
    { apt-get update && apt-get install -y "$tool"; } >"$scratch/apt.log" 2>&1 ||
      fail "could not install $tool: $(tail -n 3 "$scratch/apt.log")"
  done
  postgres_bin=$(tests/private-postgres bin) ||
    fail "there are no PostgreSQL server binaries (Debian: apt-get install postgresql)"
  [[ -x $postgres_bin/pgbench ]] || fail "pgbench is not installed beside the server"
}

build() {
  local project
  for project in "$@"; do
    dotnet build "$project" -c Release --nologo -v quiet >"$scratch/build.log" 2>&1 ||
      { cat "$scratch/build.log" >&2; fail "$project does not build"; }
  done
}

# ---- Processes

# start_process NAME URL COMMAND...: starts it in the background and waits until the URL answers with 200. Its id is in
# STARTED, the seconds that it took in STARTED_AFTER.
start_process() {
  local name=$1 url=$2 begin=$EPOCHREALTIME deadline=$((SECONDS + 30))
  shift 2
  "$@" >"$scratch/$name.log" 2>&1 </dev/null &
  STARTED=$!
  running+=("$STARTED")
  while kill -0 "$STARTED" 2>/dev/null && [[ $SECONDS -lt $deadline ]]; do
    if curl -sfo "$scratch/answer" "$url"; then
      STARTED_AFTER=$(awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.2f", end - begin }')
      return
    fi
    sleep 0.02
  done
  tail -n 20 "$scratch/$name.log" >&2
  fail "$name did not start"
}

stop_process() {
  kill "$1" 2>/dev/null
  wait "$1" 2>/dev/null
}

free_url() {
  local port=$((20000 + RANDOM % 12000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "http://127.0.0.1:$port"
}

# start_service NAME CONNECTION_STRING: a node as its users run it, but for the given keys and the ports. It takes up
# the cluster that has the same database.
start_service() {
  service_url=$(free_url)
  start_process "$1" "$service_url/health/ready" \
    env ConnectionStrings__Presets="$2" Presets__BootstrapKey="$KEY" Presets__BootstrapManagementKey="$management_key" \
    Cluster__SiloPort=0 Cluster__AdvertisedAddress=127.0.0.1 dotnet "$service" --urls "$service_url"
  service_pid=$STARTED service_name=$1
}

# stop_service: stops the node that start_service started last; none may run.
stop_service() {
  [[ -n $service_pid ]] || return 0
  stop_process "$service_pid"
  service_pid=''
  [[ $service_name != service-postgres ]] || check_that_nothing_is_lost
}

# The bare endpoint answers what the service answers, headers and all.
start_bare_endpoint() {
  curl -si -H "Authorization: Bearer $KEY" "$service_url/api/v1/presets/s1" >"$scratch/read"
  head -n 1 "$scratch/read" | grep -q ' 200 ' || fail "the service did not answer a read: $(cat "$scratch/read")"
  bare_url=$(free_url)
  start_process bare "$bare_url/api/v1/presets/s1" dotnet "$yardsticks" endpoint "$bare_url" "$scratch/read"
  bare_pid=$STARTED
  read_run "$bare_url" 1 64 2
  read_run "$service_url" 10000 64 $((warm_up / 3 + 1))
}

# ---- PostgreSQL

query() { "${psql[@]}" -d "$1" -c "$2"; }

# new_database NAME: prints its connection string.
new_database() {
  query postgres "create database $1"
  echo "Host=127.0.0.1;Port=$postgres_port;Username=postgres;Database=$1"
}

# A new server makes each segment of its log before it writes into it, which is about half as fast as writing into one
# that it recycles. So it first writes as much as it may keep.
recycle_log() {
  local written=0 most recycled
  most=$(query postgres "select pg_size_bytes(current_setting('max_wal_size')) >> 20")
  while [[ $written -lt $most ]]; do
    query postgres "select count(pg_logical_emit_message(false, 'bench', repeat('x', 16 << 20)))
      from generate_series(1, 32)" >"$scratch/answer"
    query postgres checkpoint
    written=$((written + 512))
  done
  recycled=$(query postgres 'select count(*) from pg_ls_waldir() where name > pg_walfile_name(pg_current_wal_lsn())')
  [[ $recycled -gt 0 ]] || fail "PostgreSQL recycles no log"
}

start_postgres() {
  postgres_port=$(tests/private-postgres start "$scratch/postgres") || fail "PostgreSQL did not start"
  psql=("$postgres_bin/psql" -h 127.0.0.1 -p "$postgres_port" -U postgres -qtA -v ON_ERROR_STOP=1)
  [[ -n $quick ]] || recycle_log
}

# provide_postgres: the server, with the service's database of 10,000 slugs, made by the service, and a copy of it for
# pgbench.
provide_postgres() {
  [[ -z $postgres_port ]] || return 0
  start_postgres
  presets=$(new_database presets)
  start_service service-seed "$presets"
  create_every_slug 10000
  stop_service
  query presets 'vacuum analyze'
  query postgres 'create database yardstick template presets'
  query yardstick 'alter table presets disable trigger user' # What lists take is the service's to bear.
  workspace=$(query yardstick 'select workspace_id from presets limit 1')
  config=$(query yardstick 'select config from preset_versions limit 1')
  printf %s "$config" >"$scratch/config.json"
  versions_before=$(query presets 'select count(*) from preset_versions')
}

# provide_service: a node on that database, warm: the compiler's tiers take their time, then the pool and the heads.
provide_service() {
  provide_postgres
  [[ -z $service_pid ]] || return 0
  start_service service-postgres "$presets"
  created=0
  create_run 10000 64 "$warm_up"
}
