-- Removes every message, and every key of the queue but `wake`, which goes by itself. Returns how many messages there were.
-- A key of another program under our name fails at XLEN, before anything is removed.
local count = redis.call('XLEN', stream) + redis.call('HLEN', aside)
redis.call('UNLINK', stream, notes, aside, due, leased, delayed, returned, dead, dedup)
-- Those who wait begin anew at the start of a stream that begins anew.
wakeWaiting()
return count
