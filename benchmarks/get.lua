-- Reads one path. Environment: KEY, GET_PATH (behind /api/v1).
function init(args)
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
  wrk.path = "/api/v1" .. os.getenv("GET_PATH")
end

dofile(os.getenv("REPORT"))
