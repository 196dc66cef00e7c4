-- What wrk sends, request after request, and what came of it as one line of JSON.
-- Arguments: a file of requests, each after a line with its length; the text in them that stands for the number of the
-- turn; and the number of the first turn.

local requests, turns, first = {}, 0, 0

local function parted(bytes, mark)
  local from, to = bytes:find(mark, 1, true)
  if not from then return { bytes } end
  return { bytes:sub(1, from - 1), bytes:sub(to + 1) }
end

function init(arguments)
  local file = io.open(arguments[1], "rb")
  for line in function() return file:read("*l") end do
    requests[#requests + 1] = parted(file:read(tonumber(line)), arguments[2])
  end
  first = tonumber(arguments[3])
end

function request()
  local parts, turn = requests[turns % #requests + 1], first + turns
  turns = turns + 1
  if #parts == 1 then return parts[1] end
  return parts[1] .. string.format("%016.0f", turn) .. parts[2]
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
