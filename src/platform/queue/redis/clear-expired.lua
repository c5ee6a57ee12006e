-- ARGV: now, how many at most. Returns how many went.
return clearExpired(tonumber(ARGV[1]), tonumber(ARGV[2]))
