# ./bench --cluster: one, two and three nodes at the same work. Sourced by ./bench.
#
# All of them run from the beginning, each cluster on a database of its own, and take turns, so that what else the
# machine does meets them alike.

sizes=(1 2 3)
declare -A pids_of urls_of

# start_nodes SIZE CONNECTION_STRING
start_nodes() {
  local i
  pids_of[$1]='' urls_of[$1]=''
  for ((i = 0; i < $1; i++)); do
    start_service "service-node$1-$i" "$2"
    pids_of[$1]+=" $service_pid" urls_of[$1]+=" $service_url"
  done
}

# ticks PID...: the processor time that they have used.
ticks() {
  local pid
  for pid in "$@"; do awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null; done |
    awk '{ sum += $1 } END { print sum + 0 }'
}

# The nodes keep their connections, so the processes that serve them are still there afterwards.
postgres_pids() { pgrep -P "$(head -n 1 "$scratch/postgres/data/postmaster.pid")"; }

microseconds_each() { awk -v ticks="$1" -v requests="$2" 'BEGIN { printf "%.1f", ticks * 10000 / requests }'; }

# load SIZE SCRIPT SLUGS CONNECTIONS SECONDS WHOSE: the same load on every node at once, CONNECTIONS to each and SLUGS
# presets in all; a single connection goes to the first node alone. WHOSE presets a node is asked for: "own", a share
# that it alone is asked for, as a balancer sends them that hashes on the slug; "other", the next node's share, so that
# every call to a grain is remote; "any", all of them. Beside the figures of wrk_run it leaves the CPU microseconds a
# request, of all nodes together in CPU, of PostgreSQL in POSTGRES_CPU.
load() {
  local size=$1 script=$2 slugs=$3 connections=$4 seconds=$5 whose=$6 urls nodes asked=$1 i targets=() before postgres
  read -ra urls <<<"${urls_of[$size]}"
  [[ $connections -gt 1 ]] || asked=1
  [[ $whose == any ]] || slugs=$(((slugs + size - 1) / size))
  for ((i = 0; i < asked; i++)); do
    case $whose in
      own) targets+=("${urls[i]}#n$i-") ;;
      other) targets+=("${urls[i]}#n$(((i + 1) % size))-") ;;
      any) targets+=("${urls[i]}") ;;
    esac
  done
  read -ra nodes <<<"${pids_of[$size]}"
  before=$(ticks "${nodes[@]}") postgres=$(ticks $(postgres_pids))
  SLUGS=$slugs ORDER=random wrk_run "$script" "$connections" "$seconds" "${targets[@]}"
  CPU=$(microseconds_each $(($(ticks "${nodes[@]}") - before)) "$REQUESTS")
  POSTGRES_CPU=$(microseconds_each $(($(ticks $(postgres_pids)) - postgres)) "$REQUESTS")
}

# loads NAME "SIZE..." ARGUMENTS...: load on clusters of these sizes in turn.
loads() {
  local name=$1 of=$2 size runs=()
  shift 2
  for size in $of; do runs+=("$size=load $size $*"); done
  in_turns "$turns" "$name" "${runs[@]}"
}

# print_figures WHAT NAME COLUMN: a line of the medians of every size that did it.
print_figures() {
  local size
  printf '%-58s' "$1"
  for size in "${sizes[@]}"; do
    printf ' %9s' "$([[ ! -f $scratch/$2.$size ]] || thousands "$(column "$2.$size" "$3" | median)")"
  done
  printf '\n'
}

# print_load WHAT NAME
print_load() {
  print_figures "$1, per second" "$2" rate
  print_figures "  p99, ms" "$2" p99
  print_figures "  CPU of the nodes, us a request" "$2" cpu
  print_figures "  CPU of PostgreSQL, us a request" "$2" postgres
}

# print_growth: what each of many new presets adds to the memory of a new node that keeps them all active.
print_growth() {
  local before count
  export Presets__HeadCacheBytes=$((1 << 40))
  start_service service-memory "$(new_database memory)"
  create_run 100 64 "$warm_up"
  count=$(query memory 'select count(*) from presets') before=$(resident_bytes "$service_pid")
  ORDER=counted FIRST=1000 SLUGS=1000000000 wrk_run create.lua 64 $((2 * warm_up)) "$service_url"
  count=$(($(query memory 'select count(*) from presets') - count))
  printf '\nMemory of an active preset: %s bytes of resident memory each, over %s new ones.\n' \
    "$(thousands $((($(resident_bytes "$service_pid") - before) / count)))" "$(thousands "$count")"
}

run_cluster_bench() {
  local size
  start_postgres
  for size in "${sizes[@]}"; do start_nodes "$size" "$(new_database "nodes$size")"; done
  # A warm-up: the compiler's tiers take their time, then the pool and the heads; three nodes compile three times on the
  # same cores.
  for size in "${sizes[@]}"; do
    load "$size" create.lua 10000 64 $((warm_up * (1 + size) / 2)) own
    [[ $size -eq 1 ]] || load "$size" create.lua 10000 64 $((warm_up * size)) any
    load "$size" create.lua 1 64 2 any
    load "$size" create.lua 1 64 1 own
    load "$size" read.lua 1 64 $((warm_up / 3 + 1)) own
  done

  loads hashed "1 2 3" create.lua 10000 64 "$short" own
  loads any "2 3" create.lua 10000 64 "$short" any
  loads other "2 3" create.lua 10000 64 "$short" other
  loads hot "1 2 3" create.lua 1 64 "$short" any
  loads read "1 2 3" read.lua 1 64 "$short" own
  loads read_other "2" read.lua 1 64 "$short" other
  loads create_one "1 2" create.lua 1000 1 "$short" own
  loads create_one_other "2" create.lua 1000 1 "$short" other
  loads read_one "1 2" read.lua 1 1 1 own
  loads read_one_other "2" read.lua 1 1 1 other

  machine
  printf '%-58s %9s %9s %9s\n' "" "1 node" "2 nodes" "3 nodes"
  print_load "creates, 10,000 presets, hashed on the slug" hashed
  print_load "creates, 10,000 presets, any node" any
  print_load "creates, 10,000 presets, each of another node" other
  print_load "creates, one hot preset, any node" hot
  print_load "reads, one preset a node" read
  print_load "reads, one preset a node, each of the other node" read_other
  print_figures "create, 1 client: p50, ms" create_one p50
  print_figures "  the grain on the other node" create_one_other p50
  print_figures "read, 1 client: p50, ms" read_one p50
  print_figures "  the grain on the other node" read_one_other p50

  row_of_ratio "CPU of a create: remote, two nodes" other.2 hashed.2 cpu local "<=" 1.4
  row_of_ratio "CPU of a create: any node, three nodes" any.3 hashed.1 cpu "one node" "<=" 1.6
  row_of_ratio "CPU of a create: hashed, three nodes" hashed.3 hashed.1 cpu "one node" "<=" 1.1
  row_of_ratio "CPU of a read: remote, two nodes" read_other.2 read.2 cpu local
  row_of_ratio "creates/s, one hot preset: two nodes" hot.2 hot.1 rate "one node"
  row_of_ratio "create, 1 client, p50: remote, two nodes" create_one_other.2 create_one.2 p50 local
  row_of_ratio "read, 1 client, p50: remote, two nodes" read_one_other.2 read_one.2 p50 local
  printf '\n'
  print_table
  print_growth
  echo "64 clients at each node, $turns turns of $short s. CPU is that of all nodes together, in us a request." \
    "Clients, nodes and PostgreSQL share the machine. All of it took $SECONDS s."
}
