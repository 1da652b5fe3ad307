-- Reads the current version of one preset after the other. Environment: KEY, SLUGS, PREFIX (of the slugs).
local slugs = tonumber(os.getenv("SLUGS"))
local requests

function init(args)
  local head = "GET /api/v1/presets/" .. os.getenv("PREFIX") .. "s"
  local tail = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. os.getenv("KEY") .. "\r\n\r\n"
  requests = {}
  for i = 1, slugs do requests[i] = head .. i .. tail end
end

function request()
  return requests[slugs == 1 and 1 or math.random(slugs)]
end

dofile(os.getenv("REPORT"))
