-- Creates versions from a chat-completions body. Environment: KEY, BODY_FILE, PREFIX (of the slugs), and ORDER:
-- "random": s1 ... sSLUGS, any of them; "counted": sFIRST, s(FIRST + 1), ..., over all THREADS, from s1 again after
-- sSLUGS. With KEYED each request has an Idempotency-Key of its own.
local requests, tail, next_slug
local slugs = tonumber(os.getenv("SLUGS"))
local step = tonumber(os.getenv("THREADS"))
local keyed = (os.getenv("KEYED") or "") ~= ""
local keys = 0

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function read_file(path, count)
  local file = io.open(path, "rb")
  local bytes = file:read(count)
  file:close()
  return bytes
end

function init(args)
  local body = read_file(os.getenv("BODY_FILE"), "*a")
  local head = "POST /api/v1/presets/" .. os.getenv("PREFIX") .. "s"
  tail = "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  local middle = "/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. os.getenv("KEY")
  if keyed then
    -- A prefix that no other thread has, and a counter: a key costs the client next to nothing.
    middle = middle .. "\r\nIdempotency-Key: "
      .. read_file("/dev/urandom", 12):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
  else
    middle = middle .. tail
  end
  if os.getenv("ORDER") == "counted" then
    next_slug = tonumber(os.getenv("FIRST")) + number
    requests = setmetatable({}, { __index = function(_, slug) return head .. slug .. middle end })
  else
    math.randomseed(os.time() + number)
    requests = {}
    for i = 1, slugs do requests[i] = head .. i .. middle end
  end
end

local function slug()
  if not next_slug then return slugs == 1 and 1 or math.random(slugs) end
  local slug = next_slug
  if slug > slugs then slug = slug - slugs end
  next_slug = slug + step
  return slug
end

function request()
  local request = requests[slug()]
  if not keyed then return request end
  keys = keys + 1
  return request .. keys .. tail
end

dofile(os.getenv("REPORT"))
