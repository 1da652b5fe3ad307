-- Reads the first page of the list of presets. Environment: KEY.
function init(args)
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY")
  wrk.path = "/api/v1/presets"
end

dofile(os.getenv("REPORT"))
