-- One line at the end of a run: rate per second, p50 and p99 in milliseconds, requests, and those that failed.
function done(summary, latency, requests)
  local errors = summary.errors
  print(string.format("RESULT %.0f %.3f %.3f %d %d",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
