-- ARGV: now, lease in ms from now on; then the receipts. Returns the places of the stale ones.
local now, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2])
local isShortened = false

local stale = settle(3, now, function(id, note)
  isShortened = isShortened or now + leaseMs < note.due
  leaseUntil(id, note, now + leaseMs, note.token)
end)
if isShortened then wakeWaiting() end
return stale
