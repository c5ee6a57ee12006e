-- ARGV: now, delay in ms, deliveries at most, reason; then the receipts. Returns the places of the stale ones.
local now, delayMs, deliveriesMax, reason = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local isSettled = false

local stale = settle(5, now, function(id, note)
  isSettled = true
  letGo(id)
  if note.deliveries >= deliveriesMax then return bury(id, note, reason) end
  note.reason = reason
  if delayMs > 0 then delayUntil(id, note, now + delayMs) else putBack(id, note) end
end)
if isSettled then wakeWaiting() end
return stale
