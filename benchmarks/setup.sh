# What ./bench needs before it can measure: tools, programs, servers. Sourced by ./bench.

KEY=sk-preset-v1-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
management_key=sk-preset-v1-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
export KEY
running=()
service=src/Silo/bin/Release/net10.0/Presets.Silo.dll
yardsticks=benchmarks/Yardsticks/bin/Release/net10.0/Presets.Benchmarks.Yardsticks.dll
filter_bench=benchmarks/FilterBench

fail() {
  echo "bench: $*" >&2
  exit 1
}

clean_up() {
  local pid
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
    { apt-get update && apt-get install -y "$tool"; } >"$scratch/apt.log" 2>&1 || fail "could not install $tool: $(tail -n 3 "$scratch/apt.log")"
  done
  postgres_bin=$(tests/private-postgres bin) || fail "there are no PostgreSQL server binaries (Debian: apt-get install postgresql)"
  [[ -x $postgres_bin/pgbench ]] || fail "pgbench is not installed beside the server"
}

build() {
  local project
  for project in "$@"; do
    [[ -d $project ]] || continue
    dotnet build "$project" -c Release --nologo -v quiet >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log" >&2; fail "$project does not build"; }
  done
}

# start_process NAME URL COMMAND...: starts it in the background and waits until the URL answers; its id is in STARTED.
start_process() {
  local name=$1 url=$2
  shift 2
  "$@" >"$scratch/$name.log" 2>&1 </dev/null &
  STARTED=$!
  running+=("$STARTED")
  for _ in {1..300}; do
    curl -so /dev/null "$url" && return
    kill -0 "$STARTED" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$scratch/$name.log" >&2
  fail "$name did not start"
}

stop_process() {
  kill "$1" 2>/dev/null
  wait "$1"
}

free_url() {
  local port=$((20000 + RANDOM % 12000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "http://127.0.0.1:$port"
}

# start_service NAME CONNECTION_STRING: the service as its users run it, but for the given keys.
start_service() {
  service_url=$(free_url)
  start_process "$1" "$service_url/health/live" \
    env ConnectionStrings__Presets="$2" Presets__BootstrapKey="$KEY" Presets__BootstrapManagementKey="$management_key" \
    dotnet "$service" --urls "$service_url"
  service_pid=$STARTED
}

# The bare endpoint answers what the service answers, headers and all.
start_bare_endpoint() {
  curl -si -H "Authorization: Bearer $KEY" "$service_url/api/v1/presets/s1" >"$scratch/answer"
  head -n 1 "$scratch/answer" | grep -q ' 200 ' || fail "the service did not answer a read: $(cat "$scratch/answer")"
  bare_url=$(free_url)
  start_process bare "$bare_url/api/v1/presets/s1" dotnet "$yardsticks" endpoint "$bare_url" "$scratch/answer"
  bare_pid=$STARTED
  read_run "$bare_url" 1 64 2
  read_run "$service_url" 10000 64 4
}

query() { "$postgres_bin/psql" -h 127.0.0.1 -p "$postgres_port" -U postgres -qtA -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

# new_database NAME: prints its connection string.
new_database() {
  query postgres "create database $1"
  echo "Host=127.0.0.1;Port=$postgres_port;Username=postgres;Database=$1"
}

# The service's database with 10,000 slugs, made by the service, and a copy of it for pgbench.
start_postgres() {
  local connection
  postgres_port=$(tests/private-postgres start "$scratch/postgres") || fail "PostgreSQL did not start"
  connection=$(new_database presets)
  start_service service-seed "$connection"
  create_every_slug 10000
  stop_process "$service_pid"
  query presets 'vacuum analyze'
  query postgres 'create database yardstick template presets'
  workspace=$(query yardstick 'select workspace_id from presets limit 1')
  config=$(query yardstick 'select config from preset_versions limit 1')
  printf %s "$config" >"$scratch/config.json"
  versions_before=$(query presets 'select count(*) from preset_versions')
  created=0
  start_service service-postgres "$connection"
  create_run 10000 64 12 # A warm-up: the compiler's tiers take their time, then the pool and the heads.
}

check_that_nothing_is_lost() {
  local stored=$(($(query presets 'select count(*) from preset_versions') - versions_before))
  [[ $stored -ge $created ]] || fail "$created creates were answered with 200, but $stored are stored"
}
