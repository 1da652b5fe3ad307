# The runs that ./bench is made of. Each leaves its figures in RATE (per second), P50 and P99 (milliseconds). Sourced by
# ./bench.

export REPORT=benchmarks/report.lua BODY_FILE=benchmarks/body.json

# in_turns TURNS NAME SIDE=RUN...: does every run once in each turn; their figures go to the file NAME.SIDE, a line
# each.
in_turns() {
  local turns=$1 name=$2 turn run
  shift 2
  for ((turn = 0; turn < turns; turn++)); do
    for run in "$@"; do
      ${run#*=}
      echo "$RATE $P50 $P99 ${CPU:-0} ${POSTGRES_CPU:-0}" >>"$scratch/$name.${run%%=*}"
    done
  done
}

# wrk_run SCRIPT CONNECTIONS SECONDS TARGET...: puts the same load on every target at once, CONNECTIONS to each. A
# target is a URL, which may end in "#" and a prefix for the slugs. RATE and REQUESTS are the sums over them, P50 and
# P99 those of the slowest. Fails unless every answer was a success; with "tolerant" set it leaves the others out of
# RATE and REQUESTS.
wrk_run() {
  local script=$1 connections=$2 seconds=$3 threads=2 target prefix clients=() results=() answered failures
  shift 3
  [[ $# -eq 1 && $connections -gt 1 ]] || threads=1
  for target in "$@"; do
    prefix=''
    [[ $target != *#* ]] || prefix=${target#*#}
    results+=("$scratch/wrk.${#results[@]}")
    PREFIX=$prefix THREADS=$threads wrk -t "$threads" -c "$connections" -d "${seconds}s" --timeout 10s \
      -s "benchmarks/$script" "${target%%#*}" >"${results[-1]}" 2>&1 &
    clients+=("$!")
  done
  wait "${clients[@]}"
  read -r RATE P50 P99 REQUESTS failures answered < <(awk '
    function larger(a, b) { return a > b ? a : b }
    /^RESULT / { rate += $2; p50 = larger(p50, $3); p99 = larger(p99, $4); good += $5; failures += $6; answered++ }
    END { printf "%d %.3f %.3f %d %d %d\n", rate, p50, p99, good, failures, answered }' "${results[@]}")
  [[ $answered -eq $# ]] || fail "wrk: $(tail -n 5 "${results[@]}")"
  [[ -n ${tolerant:-} || $failures -eq 0 && $REQUESTS -gt 0 ]] ||
    fail "$failures requests failed, $REQUESTS did not: $script, $connections connections.
The service's last lines:
$(tail -n 5 "$(ls -t "$scratch"/service-*.log | head -n 1)")"
}

# create_run SLUGS CONNECTIONS SECONDS [keyed]: creates over s1 ... sSLUGS at random; keyed: each with an
# Idempotency-Key of its own.
create_run() {
  SLUGS=$1 ORDER=random KEYED=${4:-} wrk_run create.lua "$2" "$3" "$service_url"
  created=$((created + REQUESTS))
}

# change_run FORM SLUGS CONNECTIONS SECONDS: changes of one form (change.lua) over s1 ... sSLUGS at random.
change_run() { FORM=$1 SLUGS=$2 wrk_run change.lua "$3" "$4" "$service_url"; }

# create_every_slug COUNT [PREFIX]: creates versions of PREFIXs1 ... PREFIXsCOUNT in turn until each is there.
create_every_slug() {
  local first=1 made=0 prefix=${2:-}
  while [[ $made -lt $1 ]]; do
    ORDER=counted FIRST=$first SLUGS=$1 wrk_run create.lua 64 "${3:-3}" "$service_url#$prefix"
    first=$(((first + REQUESTS) % $1 + 1))
    made=$(query presets "select count(*) from presets where slug like '${prefix}s%'")
  done
}

# create_new_slugs COUNT: creates slugs that are not there yet until there are so many, or the time is up.
create_new_slugs() {
  local count=$1 next=1 rate=5000 spent=0 chunk
  slugs_made=0
  while [[ $slugs_made -lt $count && $SECONDS -lt $((budget - 3)) ]]; do
    chunk=$(((count - slugs_made) / rate + 1))
    [[ $chunk -le 10 ]] || chunk=10
    [[ $chunk -le $((budget - SECONDS)) ]] || chunk=$((budget - SECONDS))
    ORDER=counted FIRST=$next SLUGS=1000000000 wrk_run create.lua 64 "$chunk" "$service_url"
    slugs_made=$((slugs_made + REQUESTS)) spent=$((spent + chunk)) rate=$RATE new_slugs_p99=$P99
    next=$((next + 2 * REQUESTS + 1000)) # The threads take turns, but not in step.
  done
  [[ $spent -gt 0 ]] || fail "no time was left for new slugs"
  new_slugs_rate=$((slugs_made / spent))
}

# read_run URL SLUGS CONNECTIONS SECONDS
read_run() { SLUGS=$2 wrk_run read.lua "$3" "$4" "$1"; }

# ---- Lists

# fill_list COUNT: presets s1 ... sCOUNT with a version each, in the default workspace of the database "list". Every
# fourth has labels; there are 40 models.
fill_list() {
  query list "
    with made as (
      insert into presets (
        id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at, latest_version,
        designated_version, designated_version_id, revision, listed_at, model, labels)
      select id, workspace, slug, slug, 'active', 'user', at, at, 1, 1, id, 1, at, 'test/model-' || n % 40,
        case n % 4 when 0 then '[{\"label\":\"production\",\"version\":1,\"protected\":false}]' end
      from (
        select n, gen_random_uuid() as id, workspaces.id as workspace, 's' || n as slug,
          now() - n * interval '1 s' as at
        from workspaces, generate_series(1, $1) n) as new
      returning id, workspace_id, updated_at),
    counted as (
      insert into preset_counts (workspace_id, status, presets)
      select workspace_id, 'active', count(*) from made group by workspace_id)
    insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, body, config)
    select id, 1, id, 1, 'user', updated_at, 'chat_completions', '{}' from made" || fail "the list was not filled"
  query list 'vacuum analyze'
}

# get_run PATH CONNECTIONS SECONDS: reads one path behind /api/v1.
get_run() { GET_PATH=$1 wrk_run get.lua "$2" "$3" "$service_url"; }

# list_run CONNECTIONS SECONDS
list_run() { get_run /presets "$1" "$2"; }

# list_while_written SLUGS SECONDS: list_run while 16 clients create versions of s1 ... sSLUGS.
list_while_written() {
  local writing before
  before=$(query list 'select count(*) from preset_versions')
  PREFIX='' SLUGS=$1 ORDER=random THREADS=1 wrk -t 1 -c 16 -d 60s --timeout 10s -s benchmarks/create.lua \
    "$service_url" >"$scratch/writing" 2>&1 &
  writing=$!
  running+=("$writing")
  sleep 1
  list_run 16 "$2"
  stop_process "$writing"
  [[ $(query list 'select count(*) from preset_versions') -gt $((before + 100)) ]] || fail "nothing was written"
}

# fill_histories MANY: presets "ten" and "many" with 10 and MANY versions, in the default workspace of the database
# "history".
fill_histories() {
  query history "
    with made as (
      insert into presets (
        id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at, latest_version,
        designated_version, designated_version_id, revision, listed_at)
      select gen_random_uuid(), workspaces.id, new.slug, new.slug, 'active', 'user', now(), now(), versions,
        versions, gen_random_uuid(), versions, now()
      from workspaces, (values ('ten', 10), ('many', $1)) as new(slug, versions)
      returning id, latest_version)
    insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, body, config)
    select id, n, gen_random_uuid(), n, 'user', now(), 'chat_completions', '$config'
    from made, generate_series(1, latest_version) n" || fail "the histories were not filled"
  query history 'vacuum analyze'
}

# ---- Creates while an outsider holds presets

provide_held_presets() { create_every_slug 100 held- 1; }

# held_run FORM COUNT SECONDS: create_run over 10,000 slugs while an outsider's open transaction holds COUNT other
# presets, each of which a client waits for. FORM: "locked" rows, or rows "inserted" and not committed.
held_run() {
  local form=$1 count=$2 seconds=$3 held prefix=held- waiting tolerant=1
  local sql="select count(*) from
      (select from presets where slug like 'held-s%' order by slug limit $count for update) held"
  if [[ $form == inserted ]]; then
    prefix=new$RANDOM-
    sql="with made as (
        insert into presets
        select (jsonb_populate_record(sample,
          jsonb_build_object('id', gen_random_uuid(), 'slug', '${prefix}s' || n))).*
        from presets sample, generate_series(1, $count) n
        where sample.slug = 's1'
        returning 1)
      select count(*) from made"
  fi
  coproc outsider { exec "${psql[@]}" -d presets; }
  running+=("$outsider_PID")
  echo "begin; $sql;" >&"${outsider[1]}"
  read -r -t 10 held <&"${outsider[0]}"
  [[ ${held:-} -eq $count ]] || fail "the outsider holds ${held:-none} of $count presets"

  PREFIX=$prefix SLUGS=$count ORDER=random THREADS=1 wrk -t 1 -c "$count" -d 60s --timeout 10s \
    -s benchmarks/create.lua "$service_url" >"$scratch/waiting" 2>&1 &
  waiting=$!
  running+=("$waiting")
  sleep 0.3
  create_run 10000 64 "$seconds"
  stop_process "$waiting"
  stop_process "$outsider_PID"
}

# ---- The yardsticks

# pgbench_run SLUGS CONNECTIONS SECONDS: the same transaction without the service, on a copy of its database.
pgbench_run() {
  local output threads=$2
  [[ $threads -le 2 ]] || threads=2
  rm -f "$scratch"/pgbench.log.*
  output=$("$postgres_bin/pgbench" -h 127.0.0.1 -p "$postgres_port" -U postgres -n -M prepared -c "$2" -j "$threads" \
    -T "$3" -f benchmarks/version.sql -D slugs="$1" -D workspace="$workspace" -D config="$config" \
    -l --log-prefix="$scratch/pgbench.log" yardstick 2>&1) || fail "pgbench: $output"
  RATE=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' <<<"$output")
  # The third field of its log is the latency of a transaction in microseconds.
  read -r P50 P99 < <(cat "$scratch"/pgbench.log.* | cut -d' ' -f3 | sort -n |
    awk '{ v[NR] = $1 } END { printf "%.3f %.3f\n", v[int((NR + 1) * 0.5)] / 1000, v[int(NR * 0.99)] / 1000 }')
}

# sqlite_run SECONDS: one durable row per transaction.
sqlite_run() {
  P50=0 P99=0
  RATE=$(dotnet "$yardsticks" sqlite src/Storage/Sqlite/Migrations/0001_presets.sql "$scratch/config.json" "$1") ||
    fail "sqlite: $RATE"
}

# ---- What they leave behind

resident_bytes() { awk '/^VmRSS/ { print $2 * 1024 }' "/proc/$1/status"; }

resident_megabytes() { echo $(($(resident_bytes "$1") >> 20)); }

check_that_nothing_is_lost() {
  local stored=$(($(query presets 'select count(*) from preset_versions') - versions_before))
  [[ $stored -ge $created ]] || fail "$created creates were answered with 200, but $stored are stored"
}
