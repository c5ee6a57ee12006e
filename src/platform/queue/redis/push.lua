-- ARGV: now; then body, delay in ms, time to live in ms ('' for ever), dedup id ('' for none) of each message.
-- Returns the ids.
local now = tonumber(ARGV[1])

local expiringCount = 0

-- A message that is only there because nobody has cleared it away yet must not stand for a new one.
local function isKept(id)
  if tonumber(redis.call('ZSCORE', expiring, sortable(id)) or now + 1) <= now then return false end
  return redis.call('HEXISTS', aside, id) == 1 or #redis.call('XRANGE', stream, id, id) > 0
end

local function push(body, delayMs, ttlMs, dedupId)
  local first = dedupId ~= '' and redis.call('HGET', dedup, dedupId)
  if first and isKept(first) then return first end

  local fields = { 'body', body, 'loggia:at', now }
  local function add(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  if delayMs > 0 then add('loggia:due', now + delayMs) end
  local expiresAt = ttlMs and now + delayMs + ttlMs
  if expiresAt then add('loggia:expires', expiresAt) end
  if dedupId ~= '' then add('loggia:dedup', dedupId) end

  local id = redis.call('XADD', stream, '*', unpack(fields))
  if delayMs > 0 then
    redis.call('ZADD', delayed, 0, sortable(id))
    redis.call('ZADD', due, now + delayMs, sortable(id))
  end
  if expiresAt then
    redis.call('ZADD', expiring, expiresAt, sortable(id))
    expiringCount = expiringCount + 1
  end
  if dedupId ~= '' then redis.call('HSET', dedup, dedupId, id) end
  return id
end

local ids = {}
for i = 2, #ARGV, 4 do
  ids[#ids + 1] = push(ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), ARGV[i + 3])
end
-- What expires goes faster than it comes, though nobody may ever receive.
if expiringCount > 0 then clearExpired(now, 2 * expiringCount) end
return ids
