-- One line at the end of a run: successes per second, p50 and p99 in milliseconds, successes, and requests that failed.
function done(summary, latency, requests)
  local errors = summary.errors
  local good = summary.requests - errors.status
  print(string.format("RESULT %.0f %.3f %.3f %d %d",
    good / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    good, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
