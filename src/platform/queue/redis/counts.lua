-- ARGV: now. Returns how many wait, are leased, delayed and dead; when the oldest that waits was pushed ('' when none does);
-- and whether something is still counted as leased, delayed or waiting that is so no more.
local now = tonumber(ARGV[1])
local LOOKED_AT_MAX = 1000

local function oldestReturned()
  local sorted = redis.call('ZRANGE', returned, 0, 0)[1]
  local fields = sorted and fieldsOf(idOf(sorted))
  return fields and pushedAt(idOf(sorted), fields)
end

-- The first entry that nobody has read and that is not delayed.
local function oldestUnread()
  local last, lookedAt, count = lastDelivered(), 0, 1
  repeat
    local entries = redis.call('XRANGE', stream, '(' .. last, '+', 'COUNT', count)
    for _, entry in ipairs(entries) do
      last = entry[1]
      if (timeOf(entry[2], 'loggia:due') or 0) <= now then return pushedAt(last, entry[2]) end
    end
    lookedAt = lookedAt + #entries
    count = 100
  until #entries == 0 or lookedAt >= LOOKED_AT_MAX
end

local isIncomplete = returnDue(now) == RETURNED_MAX
isIncomplete = clearExpired(now, RETURNED_MAX) == RETURNED_MAX or isIncomplete
local leasedCount, delayedCount = redis.call('ZCARD', leased), redis.call('ZCARD', delayed)
local deadCount = redis.call('ZCARD', dead)
local kept = redis.call('XLEN', stream) + redis.call('HLEN', aside)
local waiting = math.max(0, kept - leasedCount - delayedCount - deadCount)
local oldest = waiting > 0 and (oldestReturned() or oldestUnread())
return { waiting, leasedCount, delayedCount, deadCount, oldest or '', isIncomplete and 1 or 0 }
