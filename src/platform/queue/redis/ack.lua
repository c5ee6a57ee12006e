-- ARGV: now; then the receipts. Returns the places of the stale ones.
local held, stale = leasedBy(2, tonumber(ARGV[1]))
endLeases(held)
forget(held)
return stale
