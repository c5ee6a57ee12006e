-- ARGV: now, delay in ms, deliveries at most, reason, 1 if this delivery counts for nothing; then the receipts. Returns the
-- places of the stale ones.
local now, delayMs, deliveriesMax, reason = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local isUncounted = ARGV[5] == '1'

local held, stale = leasedBy(6, now)
endLeases(held)
for _, message in ipairs(held) do
  local id, note = message[1], message[2]
  note.reason = reason
  if isUncounted then note.deliveries = note.deliveries - 1 end
  if note.deliveries >= deliveriesMax and not isUncounted then
    bury(id, note)
  elseif delayMs > 0 then
    delayUntil(id, note, now + delayMs)
  else
    putBack(id, note)
  end
end
if #held > 0 then wakeWaiting() end
return stale
