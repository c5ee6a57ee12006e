-- ARGV: now, how many at most, lease in ms (0: for good), deliveries at most, the token of this receive.
-- Returns the messages (id, deliveries, fields); whether it stopped early, so that another look is due; and for those who
-- wait: when the next lease or delay ends ('' never), the last entries of the stream and of `wake`.
local now, max, leaseMs, deliveriesMax = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local token = ARGV[5]

-- Messages that one call puts elsewhere because they are dead, delayed or too old. Bounds its work.
local PASSED_OVER_MAX = 500

local taken, leases, gone = {}, {}, {}
-- Those whose time to live is over with this, one way or the other.
local settled = {}
local passedOver = 0

local function mayGoOn()
  return #taken < max and passedOver < PASSED_OVER_MAX
end

local function hasExpired(note)
  return note.expires and note.expires <= now
end

local function endTimeToLive(id, note)
  if not note.expires then return end
  note.expires = nil
  settled[#settled + 1] = sortable(id)
end

local function deliver(id, note, fields)
  note.deliveries = note.deliveries + 1
  endTimeToLive(id, note)
  note.token = token
  taken[#taken + 1] = { id, note.deliveries, fields }
  local list = leaseMs > 0 and leases or gone
  list[#list + 1] = { id, note }
end

local function drop(id, note)
  passedOver = passedOver + 1
  endTimeToLive(id, note)
  gone[#gone + 1] = { id, note }
end

local function takeReturned(id)
  redis.call('ZREM', returned, sortable(id))
  local note = noteOf(id) or { deliveries = 0 }
  local fields = fieldsOf(id)
  if not fields or hasExpired(note) then return drop(id, note) end
  if note.deliveries < deliveriesMax then return deliver(id, note, fields) end
  passedOver = passedOver + 1
  note.reason = note.reason or 'The lease of the last delivery ran out.'
  bury(id, note)
end

local function takeUnread(id, fields)
  local note = {
    deliveries = 0,
    dedup = valueOf(fields, 'loggia:dedup'),
    expires = timeOf(fields, 'loggia:expires'),
  }
  local dueAt = timeOf(fields, 'loggia:due')
  if dueAt then endDelay(id) end
  if hasExpired(note) then return drop(id, note) end
  if not dueAt or dueAt <= now then return deliver(id, note, fields) end
  passedOver = passedOver + 1
  delayUntil(id, note, dueAt)
end

local function readUnread(count)
  return redis.pcall('XREADGROUP', 'GROUP', GROUP, GROUP, 'COUNT', count, 'STREAMS', stream, '>')
end

-- A queue of which nobody has received yet, or whose group was lost with Redis's memory, begins with its oldest message.
local function unread(count)
  local reply = readUnread(count)
  if reply and reply.err then
    if not string.find(reply.err, '^NOGROUP') then error(reply) end
    if redis.call('EXISTS', stream) == 0 then return {} end
    redis.call('XGROUP', 'CREATE', stream, GROUP, '0')
    reply = readUnread(count)
  end
  return reply and reply[1][2] or {}
end

returnDue(now)
while mayGoOn() do
  local ids = redis.call('ZRANGE', returned, 0, max - #taken - 1)
  for _, sorted in ipairs(ids) do takeReturned(idOf(sorted)) end
  if #ids == 0 then break end
end
while mayGoOn() do
  local entries = unread(max - #taken)
  for _, entry in ipairs(entries) do takeUnread(entry[1], entry[2]) end
  if #entries == 0 then break end
end

leaseUntil(leases, now + leaseMs)
forget(gone)
if #settled > 0 then redis.call('ZREM', expiring, unpack(settled)) end

if #taken > 0 then return { taken } end
local soonest = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
return { taken, passedOver >= PASSED_OVER_MAX and 1 or 0, soonest[2] or '', lastOf(stream), lastOf(wake) }
