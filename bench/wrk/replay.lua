-- Plays requests and writes what came of them as JSON.
--   BENCH_REQUEST  file with one raw HTTP/1.1 request
--   BENCH_SIGNED   file with a nonce and a signature a line, for @NONCE@ and @SIGNATURE@ in the request; empty: the
--                  request is played as it is
--   BENCH_RESULT   file for the result
-- One thread (wrk -t1): the lines are read as they are needed, each is sent once.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function contents(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local lines, before, between, after

function init()
  exhausted = false
  before = contents(os.getenv("BENCH_REQUEST"))
  local path = os.getenv("BENCH_SIGNED")
  if path and path ~= "" then
    lines = assert(io.open(path, "rb"))
    before, between, after = before:match("^(.*)@NONCE@(.*)@SIGNATURE@(.*)$")
  end
end

function request()
  if not lines then
    return before
  end
  local nonce, signature = lines:read("*l"), lines:read("*l")
  if not signature then
    exhausted = true
    nonce, signature = "", ""
  end
  return before .. nonce .. between .. signature .. after
end

function done(summary, latency)
  local errors = summary.errors
  local result = assert(io.open(os.getenv("BENCH_RESULT"), "w"))
  result:write(string.format(
    '{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"bad_status":%d,"broken":%d,"exhausted":%s}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, tostring(threads[1]:get("exhausted"))))
  result:close()
end
