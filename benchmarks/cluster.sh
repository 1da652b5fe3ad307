# ./bench --cluster: one plain node, and one, two and three nodes of a cluster, at the same work. Sourced by ./bench.
#
# All of them run from the beginning, each kind on a database of its own, and take turns, so that what else the machine does meets them alike.

silo=src/Silo/bin/Release/net10.0/Presets.Silo.dll
silo_port=$((13000 + RANDOM % 2000))
kinds=(plain 1 2 3)
declare -A pids_of urls_of

# start_nodes COUNT CONNECTION_STRING
start_nodes() {
  local i
  for ((i = 0; i < $1; i++)); do
    silo_port=$((silo_port + 1))
    service_url=$(free_url)
    start_process "service-node$1-$i" "$service_url/health/ready" \
      env ConnectionStrings__Presets="$2" Presets__BootstrapKey="$KEY" Presets__BootstrapManagementKey="$management_key" \
      Cluster__ClusterId="bench$1" Cluster__SiloPort="$silo_port" Cluster__AdvertisedAddress=127.0.0.1 dotnet "$silo" --urls "$service_url"
    pids_of[$1]+=" $STARTED" urls_of[$1]+=" $service_url"
  done
}

# The ticks of PostgreSQL's processes; the nodes keep their connections, so those that serve them are still there afterwards.
postgres_ticks() {
  local pid
  for pid in $(pgrep -P "$(head -n 1 "$scratch/postgres/data/postmaster.pid")"); do
    awk '{print $14 + $15}' "/proc/$pid/stat" 2>/dev/null
  done | awk '{sum += $1} END {print sum + 0}'
}

cpu_ticks() {
  local pid sum=0
  for pid in ${pids_of[$1]}; do sum=$((sum + $(awk '{print $14 + $15}' "/proc/$pid/stat"))); done
  echo "$sum"
}

# spread KIND SCRIPT SLUGS CONNECTIONS SECONDS WHOSE: the same load on every node at once, CONNECTIONS to each and SLUGS presets in all; a single connection goes to
# the first node alone. WHOSE presets a node is asked for: "own", a share that it alone is asked for, as a balancer sends them that hashes on the slug;
# "other", the next node's share, so that every call to a grain is remote; "any", all of them.
# Leaves the sum of the rates in RATE, the worst p50 and p99 in P50 and P99, and CPU microseconds a request, of all nodes together in CPU, of PostgreSQL in POSTGRES.
spread() {
  local kind=$1 script=$2 slugs=$3 connections=$4 seconds=$5 whose=$6 urls i before prefix total=0 clients=() rate p50 p99 requests failures postgres
  read -ra urls <<<"${urls_of[$kind]}"
  local nodes=${#urls[@]} asked=${#urls[@]}
  [[ $connections -gt 1 ]] || asked=1
  [[ $whose = any ]] || slugs=$(((slugs + nodes - 1) / nodes))
  before=$(cpu_ticks "$kind") postgres=$(postgres_ticks)
  for ((i = 0; i < asked; i++)); do
    case $whose in
      own) prefix=n$i- ;;
      other) prefix=n$(((i + 1) % nodes))- ;;
      any) prefix= ;;
    esac
    (PREFIX=$prefix SLUGS=$slugs ORDER=random THREADS=1 \
      wrk -t 1 -c "$connections" -d "${seconds}s" --timeout 10s -s "benchmarks/$script" "${urls[$i]}" | sed -n 's/^RESULT //p' >"$scratch/spread.$i") &
    clients+=("$!")
  done
  wait "${clients[@]}"
  RATE=0 P50=0 P99=0
  for ((i = 0; i < asked; i++)); do
    read -r rate p50 p99 requests failures <"$scratch/spread.$i" || fail "wrk gave no result"
    [[ $failures -eq 0 ]] || fail "$failures of $requests requests failed on ${urls[$i]}"
    RATE=$((RATE + rate)) total=$((total + requests))
    P50=$(larger "$P50" "$p50") P99=$(larger "$P99" "$p99")
  done
  CPU=$(awk -v ticks="$(($(cpu_ticks "$kind") - before))" -v n="$total" 'BEGIN {printf "%.1f", ticks * 10000 / n}')
  POSTGRES=$(awk -v ticks="$(($(postgres_ticks) - postgres))" -v n="$total" 'BEGIN {printf "%.1f", ticks * 10000 / n}')
}

larger() { awk -v a="$1" -v b="$2" 'BEGIN {print (a > b) ? a : b}'; }

# in_turns NAME KINDS ARGUMENTS...: spreads on each kind in turn, as often as asked.
in_turns() {
  local name=$1 of=$2 round kind
  shift 2
  for ((round = 0; round < runs; round++)); do
    for kind in $of; do
      spread "$kind" "$@"
      echo "$RATE $P50 $P99 $CPU $POSTGRES" >>"$scratch/$name.$kind"
    done
  done
}

# figure NAME KIND COLUMN: the median of its runs. Columns: 1 rate, 2 p50, 3 p99, 4 CPU, 5 that of PostgreSQL.
figure() {
  [[ -f $scratch/$1.$2 ]] || return 0
  thousands "$(cut -d' ' -f"$3" "$scratch/$1.$2" | median)"
}

cluster_row() {
  local what=$1 name=$2 column=$3 kind
  printf '%-58s' "$what"
  for kind in "${kinds[@]}"; do printf ' %9s' "$(figure "$name" "$kind" "$column")"; done
  printf '\n'
}

# cluster_rows WHAT NAME
cluster_rows() {
  cluster_row "$1, per second" "$2" 1
  cluster_row "  p99, ms" "$2" 3
  cluster_row "  CPU of the nodes, us a request" "$2" 4
  cluster_row "  CPU of PostgreSQL, us a request" "$2" 5
}

# goal WHAT NAME COLUMN KIND TO OPERATOR GOAL: the ratio of KIND's figures to those of TO ("NAME.KIND" for those of other work), the median of the turns'.
goal() {
  local to=$5 ratio
  [[ $to == *.* ]] || to=$2.$to
  ratio=$(paste -d' ' <(cut -d' ' -f"$3" "$scratch/$2.$4") <(cut -d' ' -f"$3" "$scratch/$to") | awk '{ printf "%.2f\n", $1 / $2 }' | median)
  printf '%-78s %6s %8s %4s\n' "$1" "$ratio" "${6:+$6 $7}" "${6:+$(met "$ratio" "$6" "$7")}"
}

# resident_growth: what each of many new presets adds to the memory of a fresh node that keeps them all active, in bytes, is in GROWTH; how many there were in GROWN.
resident_growth() {
  local pid before
  export Cluster__MaxActivePresets=10000000
  pids_of[1]= urls_of[1]=
  start_nodes 1 "$(new_database memory)"
  pid=${pids_of[1]# }
  spread 1 create.lua 100 64 5 own
  before=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
  GROWN=$(query memory 'select count(*) from presets')
  ORDER=counted FIRST=1 SLUGS=1000000000 wrk_run create.lua "${urls_of[1]# }" 64 "$((6 * seconds))"
  GROWN=$(($(query memory 'select count(*) from presets') - GROWN))
  GROWTH=$((($(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status") - before) * 1024 / GROWN))
}

run_cluster_bench() {
  local kind count
  machine
  # More turns, and shorter ones: what else the machine does comes and goes.
  runs=$((2 * runs - 1)) seconds=$short
  start_service service-plain "$(new_database plain)"
  pids_of[plain]=$service_pid urls_of[plain]=$service_url
  for count in 1 2 3; do
    start_nodes "$count" "$(new_database "nodes$count")"
  done
  # A warm-up: the compiler's tiers take their time, then the pool and the heads; three nodes compile three times on the same cores.
  for kind in "${kinds[@]}"; do
    count=${kind/plain/1}
    spread "$kind" create.lua 10000 64 $((warm_up * (1 + count) / 2)) own
    [[ $count -eq 1 ]] || spread "$kind" create.lua 10000 64 $((warm_up * count)) any
    spread "$kind" create.lua 1 64 2 any
    spread "$kind" create.lua 1 64 1 own
    spread "$kind" read.lua 1 64 $((warm_up / 3)) own
  done

  in_turns hashed "plain 1 2 3" create.lua 10000 64 "$seconds" own
  in_turns any "2 3" create.lua 10000 64 "$seconds" any
  in_turns hot "plain 1 2 3" create.lua 1 64 "$short" any
  in_turns read "plain 1 2 3" read.lua 1 64 "$short" own
  in_turns read_other "2" read.lua 1 64 "$short" other
  in_turns create_one "plain 1 2" create.lua 1000 1 "$short" own
  in_turns create_one_other "2" create.lua 1000 1 "$short" other
  in_turns read_one "plain 1 2" read.lua 1 1 1 own
  in_turns read_one_other "2" read.lua 1 1 1 other

  printf '%-58s %9s %9s %9s %9s\n' "" "plain" "1 node" "2 nodes" "3 nodes"
  cluster_rows "creates, 10,000 presets, hashed on the slug" hashed
  cluster_rows "creates, 10,000 presets, any node" any
  cluster_rows "creates, one hot preset, any node" hot
  cluster_rows "reads, one preset a node" read
  cluster_rows "reads, one preset a node, each of the other node" read_other
  cluster_row "create, 1 client: p50, ms" create_one 2
  cluster_row "  the grain on the other node" create_one_other 2
  cluster_row "read, 1 client: p50, ms" read_one 2
  cluster_row "  the grain on the other node" read_one_other 2

  printf '\n%-78s %6s %8s %4s\n' "" "ratio" "goal" "met"
  goal "creates/s over many presets: one node of a cluster to the plain node" hashed 1 1 plain ">=" 0.75
  goal "creates/s on one hot preset: one node of a cluster to the plain node" hot 1 1 plain ">=" 1
  goal "reads/s of one preset: one node of a cluster to the plain node" read 1 1 plain
  goal "CPU a create, any node: three nodes to one" any 4 3 hashed.1 "<=" 1.6
  goal "CPU a create, hashed on the slug: three nodes to one" hashed 4 3 1 "<=" 1.1
  goal "CPU a read: the grain on the other node to the grain on this one" read_other 4 2 read.2
  goal "p50 of a create, 1 client: the grain on the other node to the plain node" create_one_other 2 2 create_one.plain
  goal "p50 of a read, 1 client: the grain on the other node to the plain node" read_one_other 2 2 read_one.plain

  resident_growth
  printf '\nMemory of an active preset: %s bytes of resident memory each, over %s new ones.\n' "$(thousands "$GROWTH")" "$(thousands "$GROWN")"
  echo "64 clients at each node. Medians of $runs turns of $seconds s. CPU goals are for that of the nodes. Nodes, PostgreSQL and clients are on one machine, $SECONDS s."
}
