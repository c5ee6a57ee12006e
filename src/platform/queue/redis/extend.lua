-- ARGV: now, lease in ms from now on; then the receipts. Returns the places of the stale ones.
local now, leaseMs = tonumber(ARGV[1]), tonumber(ARGV[2])

local held, stale = leasedBy(3, now)
local isShorter = false
for _, message in ipairs(held) do isShorter = isShorter or now + leaseMs < message[2].due end
leaseUntil(held, now + leaseMs)
if isShorter then wakeWaiting() end
return stale
