-- ARGV: now; then body, delay in ms, time to live in ms ('' for ever), dedup id ('' for none) of each message.
-- Returns the ids.
local now = tonumber(ARGV[1])

local function isKept(id)
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
  if ttlMs then add('loggia:expires', now + ttlMs) end
  if dedupId ~= '' then add('loggia:dedup', dedupId) end

  local id = redis.call('XADD', stream, '*', unpack(fields))
  if delayMs > 0 then
    redis.call('ZADD', delayed, 0, sortable(id))
    redis.call('ZADD', due, now + delayMs, sortable(id))
  end
  if dedupId ~= '' then redis.call('HSET', dedup, dedupId, id) end
  return id
end

local ids = {}
for i = 2, #ARGV, 4 do
  ids[#ids + 1] = push(ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), ARGV[i + 3])
end
return ids
