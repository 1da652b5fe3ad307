-- Changes presets s1 ... sSLUGS at random. Environment: KEY, BODY_FILE, and FORM: creates that are "matched"
-- (If-Match), "labelled" or "undesignated", or "edited" presets (PATCH), or "moved" labels. Each preset has two
-- versions at least.
local form = os.getenv("FORM")
local slugs = tonumber(os.getenv("SLUGS"))
local step = tonumber(os.getenv("THREADS"))
local moved, edits = {}, 0

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local headers = " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer "
  .. os.getenv("KEY") .. "\r\n"

local function body(text) return "Content-Length: " .. #text .. "\r\n\r\n" .. text end

local file = io.open(os.getenv("BODY_FILE"), "rb")
local create = body(file:read("*a"))
file:close()

function init(args) math.randomseed(os.time() + number) end

function request()
  -- Each thread has presets of its own, so that every move of a label is a change.
  local slug = math.random(0, slugs / step - 1) * step + number + 1
  local preset = "/api/v1/presets/s" .. slug
  if form == "edited" then
    edits = edits + 1
    return "PATCH " .. preset .. headers .. body('{"description":"edit ' .. number .. "-" .. edits .. '"}')
  elseif form == "moved" then
    moved[slug] = moved[slug] == 1 and 2 or 1
    return "PUT " .. preset .. "/labels/moved" .. headers .. body('{"version":' .. moved[slug] .. "}")
  end
  local query = form == "labelled" and "?label=live" or form == "undesignated" and "?designate=false" or ""
  local match = form == "matched" and "If-Match: *\r\n" or ""
  return "POST " .. preset .. "/chat/completions" .. query .. headers .. match .. create
end

dofile(os.getenv("REPORT"))
