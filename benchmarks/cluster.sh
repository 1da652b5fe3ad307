# ./bench --cluster: one plain node, and one, two and three nodes of a cluster, at the same work. Sourced by ./bench.

silo=src/Silo/bin/Release/net10.0/Presets.Silo.dll
silo_port=$((13000 + RANDOM % 2000))
nodes=() urls=()

# start_nodes COUNT CONNECTION_STRING
start_nodes() {
  local i
  nodes=() urls=()
  for ((i = 0; i < $1; i++)); do
    silo_port=$((silo_port + 1))
    service_url=$(free_url)
    start_process "service-node$1-$i" "$service_url/health/ready" \
      env ConnectionStrings__Presets="$2" Presets__BootstrapKey="$KEY" Presets__BootstrapManagementKey="$management_key" \
      Cluster__ClusterId="bench$1" Cluster__SiloPort="$silo_port" Cluster__AdvertisedAddress=127.0.0.1 dotnet "$silo" --urls "$service_url"
    nodes+=("$STARTED") urls+=("$service_url")
  done
}

stop_nodes() {
  local pid
  for pid in "${nodes[@]}"; do stop_process "$pid"; done
}

cpu_ticks() {
  local pid sum=0
  for pid in "${nodes[@]}"; do sum=$((sum + $(awk '{print $14 + $15}' "/proc/$pid/stat"))); done
  echo "$sum"
}

# spread SCRIPT SLUGS CONNECTIONS SECONDS PREFIXES: the same load on every node at once, 64 clients in all. PREFIXES: "own" gives each node
# presets of its own, as a balancer does that hashes on the slug; "shared" lets every node be asked for every preset.
# Leaves the sum of the rates in RATE, the worst p99 in P99, and CPU microseconds a request of all nodes together in CPU.
spread() {
  local script=$1 slugs=$2 connections=$(($3 / ${#nodes[@]})) seconds=$4 i before total=0 clients=() rate p50 p99 requests failures
  before=$(cpu_ticks)
  for i in "${!urls[@]}"; do
    (PREFIX=$([[ $5 = own ]] && echo "n$i-") SLUGS=$slugs ORDER=random THREADS=1 \
      wrk -t 1 -c "$connections" -d "${seconds}s" --timeout 10s -s "benchmarks/$script" "${urls[$i]}" | sed -n 's/^RESULT //p' >"$scratch/spread.$i") &
    clients+=("$!")
  done
  wait "${clients[@]}"
  RATE=0 P99=0
  for i in "${!urls[@]}"; do
    read -r rate p50 p99 requests failures <"$scratch/spread.$i" || fail "wrk gave no result"
    [[ $failures -eq 0 ]] || fail "$failures of $requests requests failed on node $i"
    RATE=$((RATE + rate)) total=$((total + requests))
    P99=$(awk -v a="$P99" -v b="$p99" 'BEGIN {print (a > b) ? a : b}')
  done
  CPU=$(awk -v ticks="$(($(cpu_ticks) - before))" -v n="$total" 'BEGIN {printf "%.1f", ticks * 10000 / n}')
}

cluster_row() { printf '%-62s %12s %12s %14s\n' "$1" "$2" "$3" "$4"; }

cluster_rows() {
  local label=$1
  spread create.lua 10000 64 6 own
  spread create.lua 10000 64 "$seconds" own
  cluster_row "$label: creates, 10,000 presets a node, hashed on the slug" "$RATE" "$P99" "$CPU"
  spread create.lua 10000 64 3 shared
  spread create.lua 10000 64 "$seconds" shared
  cluster_row "$label: creates, 10,000 presets, any node" "$RATE" "$P99" "$CPU"
  spread create.lua 1 64 "$seconds" shared
  cluster_row "$label: creates, one hot preset" "$RATE" "$P99" "$CPU"
  spread read.lua 1 64 2 shared
  spread read.lua 1 64 "$seconds" shared
  cluster_row "$label: reads, one preset" "$RATE" "$P99" "$CPU"
}

run_cluster_bench() {
  local count
  machine
  cluster_row "what" "per second" "p99, ms" "CPU us/request"
  start_service service-plain "$(new_database plain)"
  nodes=("$service_pid") urls=("$service_url")
  cluster_rows "one plain node"
  stop_nodes
  for count in 1 2 3; do
    start_nodes "$count" "$(new_database "nodes$count")"
    cluster_rows "$count node(s) of a cluster"
    if [[ $count -eq 1 ]]; then
      cluster_row "1 node: resident memory, MB" "$(resident_megabytes "${nodes[0]}")" "" ""
    fi
    stop_nodes
  done
  echo "CPU is that of the nodes, without PostgreSQL and the clients. All on one machine, $SECONDS s."
}
