-- Chat completions to be forwarded. Environment: KEY, POST_PATH, BODY_FILE.
function init(args)
  local file = io.open(os.getenv("BODY_FILE"), "rb")
  wrk.method = "POST"
  wrk.path = os.getenv("POST_PATH")
  wrk.body = file:read("*a")
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
  wrk.headers["Content-Type"] = "application/json"
  file:close()
end

dofile(os.getenv("REPORT"))
