# ./bench --proxy: forwarding a chat completion by the service, with and without a preset, beside a bare YARP forwarder,
# a forwarder by hand, and the upstream itself. Sourced by ./bench.
#
# The upstream answers at once, with 1 KB or a stream of 50 events. All of it shares the machine; the sides take turns.

sides=(upstream by_hand yarp plain preset)
declare -A url_of pid_of

# write_bodies: a conversation of 1 KB for a model, and for a preset.
write_bodies() {
  local text name model
  text=$(head -c 800 /dev/zero | tr '\0' x)
  for name in plain preset; do
    model=test/model
    [[ $name == plain ]] || model=@preset/bench
    printf '{"model":"%s","messages":[{"role":"user","content":"%s"}]' "$model" "$text" >"$scratch/$name.open"
    { cat "$scratch/$name.open"; printf '}'; } >"$scratch/$name.single"
    { cat "$scratch/$name.open"; printf ',"stream":true}'; } >"$scratch/$name.stream"
  done
}

start_proxies() {
  local side upstream
  upstream=$(free_url)
  start_process upstream "$upstream/" dotnet "$yardsticks" upstream "$upstream"
  url_of[upstream]=$upstream/v1/chat/completions pid_of[upstream]=$STARTED
  for side in by_hand yarp; do
    url_of[$side]=$(free_url)
    start_process "$side" "${url_of[$side]}/" dotnet "$yardsticks" "${side/_/-}" "${url_of[$side]}" "$upstream"
    url_of[$side]+=/v1/chat/completions pid_of[$side]=$STARTED
  done
  export Upstreams__dummy__Kind=compatible Upstreams__dummy__BaseUrl=$upstream/v1 Upstreams__dummy__Key=secret
  start_service service-proxy "Data Source=$scratch/proxy.db"
  for side in plain preset; do url_of[$side]=$service_url/api/v1/chat/completions pid_of[$side]=$service_pid; done
  # A preset of 2 KB with two tools and a system prompt.
  sed 's/"You help travellers./& '"$(head -c 700 /dev/zero | tr '\0' y)"'/' "$BODY_FILE" >"$scratch/preset.json"
  curl -sf -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' --data-binary @"$scratch/preset.json" \
    "$service_url/api/v1/presets/bench/chat/completions" >"$scratch/answer" || fail "the preset was not made"
}

# proxy_run SIDE FORM CONNECTIONS SECONDS: FORM is "single" or "stream". Beside the figures of wrk_run it leaves the CPU
# microseconds a request of the side's process in CPU.
proxy_run() {
  local side=$1 form=$2 connections=$3 seconds=$4 body=plain before
  [[ $side != preset ]] || body=preset
  before=$(ticks "${pid_of[$side]}")
  BODY_FILE=$scratch/$body.$form POST_PATH=/${url_of[$side]#http://*/} \
    wrk_run proxy.lua "$connections" "$seconds" "${url_of[$side]%/*/*/*}"
  CPU=$(microseconds_each $(($(ticks "${pid_of[$side]}") - before)) "$REQUESTS")
}

# stream_run SIDE SECONDS: leaves the time to the first event in P50 and P99, in milliseconds, and that of a further
# event in RATE, in microseconds.
stream_run() {
  local body=plain
  [[ $1 != preset ]] || body=preset
  read -r P50 P99 RATE < <(dotnet "$yardsticks" stream-times "${url_of[$1]}" "$KEY" "$scratch/$body.stream" "$2")
  CPU=''
}

# row_of_difference WHAT NAME SIDE COLUMN [OPERATOR GOAL]: how much more a side takes than the bare YARP forwarder in
# the same turn.
row_of_difference() {
  local differences difference
  differences=$(paste -d' ' <(column "$2.$3" "$4") <(column "$2.yarp" "$4") |
    awk '{ printf "%+.3f\n", $1 - $2 }' | sort -g)
  difference=$(median <<<"$differences")
  row "$1" "$(column "$2.$3" "$4" | median)" "$(column "$2.yarp" "$4" | median)" "bare YARP" "$difference" \
    "$(head -n 1 <<<"$differences")..$(tail -n 1 <<<"$differences")" ${5:+"$5 $6" "$(met "$difference" "$5" "$6")"}
}

run_proxy_bench() {
  local side form clients runs name
  write_bodies
  start_proxies
  for side in "${sides[@]}"; do
    proxy_run "$side" single 64 "$warm_up"
    proxy_run "$side" stream 64 $((warm_up / 2))
  done
  for form in single stream; do
    for clients in 64 1; do
      runs=()
      for side in "${sides[@]}"; do runs+=("$side=proxy_run $side $form $clients $brief"); done
      in_turns "$turns" "$form$clients" "${runs[@]}"
    done
  done
  runs=()
  for side in "${sides[@]}"; do runs+=("$side=stream_run $side 1"); done
  in_turns "$turns" events "${runs[@]}"

  for form in single stream; do
    name="requests/s, 64 clients"
    [[ $form == single ]] || name="streams/s of 50 events, 64 clients"
    row_of_ratio "$name: upstream alone" "${form}64.upstream" "${form}64.yarp" rate "bare YARP"
    row_of_ratio "  forwarded by hand" "${form}64.by_hand" "${form}64.yarp" rate "bare YARP"
    row_of_ratio "  without a preset" "${form}64.plain" "${form}64.yarp" rate "bare YARP"
    row_of_ratio "  with a preset" "${form}64.preset" "${form}64.yarp" rate "bare YARP"
    row_of_difference "  CPU, us: without a preset" "${form}64" plain cpu "<=" 5
    row_of_difference "  CPU, us: with a preset" "${form}64" preset cpu "<=" 20
    row_of_difference "  p99, ms: with a preset" "${form}64" preset p99
    row_of_difference "  1 client, p50, ms: with a preset" "${form}1" preset p50 "<=" 0.03
    row_of_difference "  1 client, p99, ms: with a preset" "${form}1" preset p99 "<=" 0.11
  done
  row_of_value "CPU of a request with a preset, us" "$(column single64.preset cpu | median)" "<=" 60
  row_of_difference "first event, 1 client: p50, ms, with a preset" events preset p50 "<=" 0.03
  row_of_difference "  p99, ms" events preset p99 "<=" 0.11
  row_of_difference "  a further event, us" events preset rate "<=" 3
  row_of_value "resident memory afterwards, MB" "$(resident_megabytes "$service_pid")"
  machine
  print_table
  echo "$turns turns of $brief s. The sixth column is a ratio, or, with a sign, the median of the turns' differences." \
    "All of it took $SECONDS s."
}
