-- ARGV: the ids of dead messages, or none for the oldest of them. Returns how many wait again, with none named
-- at most REDRIVEN_MAX, and how many are dead still.
local REDRIVEN_MAX = 500
local redriven = 0

local function redrive(sorted)
  if redis.call('ZREM', dead, sorted) == 0 then return end
  local id = idOf(sorted)
  local note = noteOf(id)
  note.deliveries = 0
  note.reason = nil
  putBack(id, note)
  redriven = redriven + 1
end

if #ARGV == 0 then
  for _, sorted in ipairs(redis.call('ZRANGE', dead, 0, REDRIVEN_MAX - 1)) do redrive(sorted) end
else
  for _, id in ipairs(ARGV) do redrive(sortable(id)) end
end
if redriven > 0 then wakeWaiting() end
return { redriven, redis.call('ZCARD', dead) }
