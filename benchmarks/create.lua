-- Creates versions from a chat-completions body. Environment: KEY, BODY_FILE, and ORDER:
-- "random": s1 ... sSLUGS, any of them; "counted": sFIRST, s(FIRST + 1), ..., over all THREADS, from s1 again after sSLUGS.
local requests, head, tail, next_slug
local slugs = tonumber(os.getenv("SLUGS"))
local step = tonumber(os.getenv("THREADS"))

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local file = io.open(os.getenv("BODY_FILE"))
  local body = file:read("*a")
  file:close()
  head = "POST /api/v1/presets/" .. (os.getenv("PREFIX") or "") .. "s"
  tail = "/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. os.getenv("KEY")
    .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  if os.getenv("ORDER") == "counted" then
    next_slug = tonumber(os.getenv("FIRST")) + number
  else
    math.randomseed(os.time() + number)
    requests = {}
    for i = 1, slugs do requests[i] = head .. i .. tail end
  end
end

function request()
  if requests then return requests[slugs == 1 and 1 or math.random(slugs)] end
  local slug = next_slug
  if slug > slugs then slug = slug - slugs end
  next_slug = slug + step
  return head .. slug .. tail
end

dofile(os.getenv("REPORT"))
