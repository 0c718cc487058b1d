-- Sends the requests of a file, one body a line, in turn; ends with one line of JSON.
local number, requests = 0, {}

function init(arguments)
  local headers = {["Content-Type"] = "application/json", ["Accept"] = "application/json"}
  if arguments[2] then headers["Authorization"] = "Bearer " .. arguments[2] end
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  number = number % #requests + 1
  return requests[number]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"microseconds": %d, "requests": %d, "bytes": %d, "failed": %d, "p50": %d, "p99": %d}\n',
    summary.duration, summary.requests, summary.bytes, failed, latency:percentile(50), latency:percentile(99)))
end
