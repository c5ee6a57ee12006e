-- ARGV: 1 when the queue itself goes. Removes every message, and every key of the queue but `wake`, which goes by itself, and
-- the stream of a queue that stays: empty, it goes on with its ids. Returns how many messages there were.
-- A key of another program under our name fails at XLEN, before anything is removed.
local count = redis.call('XLEN', stream) + redis.call('HLEN', aside)
local exists = redis.call('EXISTS', stream) == 1
local lastId = exists and valueOf(redis.call('XINFO', 'STREAM', stream), 'last-generated-id')
-- Not XTRIM: a million messages are freed beside the other work.
redis.call('UNLINK', stream, notes, aside, due, leased, delayed, returned, dead, dedup, expiring)
if exists and ARGV[1] ~= '1' then
  redis.call('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM')
  redis.call('XSETID', stream, lastId)
end
return count
