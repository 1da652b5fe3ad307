-- Reads the current version of one preset after the other. Environment: KEY, SLUGS.
local slugs = tonumber(os.getenv("SLUGS"))
local requests

function init(args)
  requests = {}
  for i = 1, slugs do
    requests[i] = "GET /api/v1/presets/" .. (os.getenv("PREFIX") or "") .. "s" .. i .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
      .. os.getenv("KEY") .. "\r\n\r\n"
  end
end

function request()
  return requests[slugs == 1 and 1 or math.random(slugs)]
end

dofile(os.getenv("REPORT"))
