-- What wrk sends, path after path, and what came of it as one line of JSON.
-- Arguments: the method, a file with one path on each line, and a file with the body.

local requests, turn = {}, 0

function init(arguments)
  local body = io.open(arguments[3], "rb"):read("*a")
  for path in io.lines(arguments[2]) do
    requests[#requests + 1] = wrk.format(arguments[1], path, nil, #body > 0 and body or nil)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers": %d, "failed": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f}\n',
    summary.requests - errors.status,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3
  ))
end
